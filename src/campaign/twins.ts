import type { Binary } from "../images/binary.js";
import type { Cell } from "../plan/plan.js";

/**
 * Cells that are one and the same thing under two names: the same image, hence the same program, run in the same way. By id
 * of the later one, the id of the first: only the first is run.
 */
export function twinsOf(cells: readonly Cell[], binaries: ReadonlyMap<string, Binary>): Map<string, string> {
  const firsts = new Map<string, string>();
  const twins = new Map<string, string>();
  for (const { id, run, condition } of cells) {
    const binary = binaries.get(id);
    if (binary === undefined) continue;
    const what = JSON.stringify([binary.image, binary.program, run, condition]);
    const first = firsts.get(what);
    if (first === undefined) firsts.set(what, id);
    else twins.set(id, first);
  }
  return twins;
}
