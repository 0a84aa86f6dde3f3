import { shellLine, shellQuote } from "../../images/quote.js";
import { SOURCES } from "../../images/recipe/shape.js";
import { Failure } from "../../failure.js";
import type { Cell } from "../../plan/plan.js";
import type { CandidateBench } from "../candidate/bench.js";
import type { Material } from "../candidate/material.js";

const FORMATTED = "formatted/";

/** A Go program as the environment's own gofmt writes it; as it is where that cannot be asked. */
export async function gofmt(bench: CandidateBench, cellId: string, material: Material): Promise<Material> {
  const paths = Object.keys(material.files).filter((path) => path.endsWith(".go"));
  const command = [
    "set -e",
    ...paths.flatMap((path) => [
      `mkdir -p "$(dirname "$OUTDIR"/${shellQuote(FORMATTED + path)})"`,
      `${shellLine(["gofmt", `${SOURCES}/${path}`])} > "$OUTDIR"/${shellQuote(FORMATTED + path)}`,
    ]),
    'echo done > "$OUT"',
  ].join("\n");
  const change = (cell: Cell): Cell => ({ ...cell, build: { ...cell.build, command } });
  try {
    const batch = await bench.build(cellId, [{ index: 0, material }], { change });
    try {
      const left = (await batch.left(0)).flatMap((entry) =>
        entry.kind === "file" && entry.path.startsWith(FORMATTED)
          ? [[entry.path.slice(FORMATTED.length), entry.content.toString("utf8")] as const]
          : [],
      );
      return { ...material, files: { ...material.files, ...Object.fromEntries(left) } };
    } finally {
      await batch.close();
    }
  } catch (error) {
    // How it looks is no reason to lose what was found.
    if (bench.options.signal.aborted || !(error instanceof Failure)) throw error;
    return material;
  }
}
