import type { BuildPlan, Cell } from "../../plan/plan.js";
import type { CandidateBench } from "./bench.js";
import type { Material } from "./material.js";

/** What a command leaves that stands in for a repro's build, in an environment: path -> text. Nothing where it fails. */
export async function textsLeft(
  bench: CandidateBench,
  cellId: string,
  material: Material,
  command: (build: BuildPlan) => string,
): Promise<ReadonlyMap<string, string>> {
  const change = (cell: Cell): Cell => ({
    ...cell,
    build: { ...cell.build, command: command(cell.build) },
  });
  const batch = await bench.build(cellId, [{ index: 0, material }], { change });
  try {
    const left = await batch.left(0);
    return new Map(
      left.flatMap((entry) =>
        entry.kind === "file" ? [[entry.path, entry.content.toString("utf8")] as const] : [],
      ),
    );
  } finally {
    await batch.close();
  }
}
