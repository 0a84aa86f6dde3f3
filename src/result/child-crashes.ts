import { posix } from "node:path";
import type { MappedFiles } from "../run/mapped-files.js";
import type { CellOutcome } from "../run/state/campaign-outcome.js";
import { oneLine } from "../text/printable.js";
import { listed } from "../text/numbers.js";

/** Kinds of crashes that one sentence names. */
const MOST = 3;
const NAME = 60;

/** Crashes of processes that a program made where the program itself ended well, so that nothing that is counted tells of them; cells with the same are told together. */
export function childCrashWarnings(
  cells: readonly Pick<CellOutcome, "id" | "mapped" | "outcomes">[],
): string[] {
  const cellsOf = new Map<string, string[]>();
  for (const { id, mapped, outcomes } of cells) {
    if (mapped?.children === undefined || outcomes.clean === 0) continue;
    const what = crashesOf(mapped, mapped.children);
    cellsOf.set(what, [...(cellsOf.get(what) ?? []), id]);
  }
  return [...cellsOf].map(
    ([what, ids]) =>
      `${listed(ids)}: ${what} (seen in one run beside the attempts). The program ended with status 0 all the same, which counts as clean: run that process's command by itself, or have the program pass its status on`,
  );
}

function crashesOf({ executable }: MappedFiles, children: NonNullable<MappedFiles["children"]>): string {
  const kinds = new Set(
    children.map(({ signal, executable: ran }) => {
      const name = ran === "" || ran === executable ? "" : ` (${oneLine(posix.basename(ran), NAME)})`;
      return `${signal}${name}`;
    }),
  );
  return `a process that the program made died of ${listed([...kinds].slice(0, MOST))}`;
}
