import { badRequest, Failure } from "../failure.js";
import type { Binary } from "../images/binary.js";
import type { Cell } from "../plan/plan.js";

/**
 * What was built, without those programs that the schedule to be played was not found with: its places are offsets in the files of one build, and would mean
 * other instructions in another.
 */
export function sameProgram(
  cells: readonly Cell[],
  provided: ReadonlyMap<string, Binary | Failure>,
): Map<string, Binary | Failure> {
  const checked = new Map(provided);
  for (const { id, run } of cells) {
    const binary = provided.get(id);
    if (run.schedule === undefined || !("program" in run.schedule)) continue;
    const { program } = run.schedule;
    if (
      binary === undefined ||
      binary instanceof Failure ||
      program === undefined ||
      program === binary.sha256
    )
      continue;
    checked.set(
      id,
      badRequest(
        `${id}: the schedule is of another program (sha256 ${program.slice(0, 16)}…; this one is ${binary.sha256.slice(0, 16)}…)`,
        "a schedule holds for one build: play it where it was found, or find one for this program with --schedule search",
      ),
    );
  }
  return checked;
}
