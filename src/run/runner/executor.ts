import type { Binary } from "../../images/binary.js";
import type { Cell, Plan } from "../../plan/plan.js";
import type { Attempt } from "../attempt.js";
import type { MappedFiles } from "../mapped-files.js";

/**
 * The campaign's only way to have attempts made. The engine on this machine (`containers.ts`) is the first
 * implementation; many engines would be the second; tests use one that makes attempts up.
 */
export interface Executor {
  /**
   * Readies a slot: a place where attempts of one cell are made one after the other, each alone.
   * Throws a Failure("infrastructure") where it cannot.
   */
  open(cell: Cell, binary: Binary, plan: Plan, signal: AbortSignal): Promise<Slot>;
}

export interface Slot {
  /**
   * Makes the attempts `first` … `first + count - 1`, in order, yielding them in batches as they end. Throws a
   * Failure("infrastructure") at a loss of the slot; attempts not yielded by then do not count.
   */
  run(first: number, count: number): AsyncIterable<readonly Attempt[]>;
  /**
   * What the program maps, in a run that is no attempt; null where that could not be seen. Absent where no such run can be made. Throws as `run` does.
   */
  look?(): Promise<MappedFiles | null>;
  /** Frees everything the slot holds. Never throws. Idempotent. */
  close(): Promise<void>;
}
