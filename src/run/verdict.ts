import type { OutcomeName } from "../manifest/repro.js";
import type { Cell } from "../plan/plan.js";
import type { Attempt } from "./attempt.js";

/** What an attempt came to, as far as a campaign needs to know. */
export interface Verdict {
  /** The attempt's light signature: attempts that ended alike have the same. */
  readonly key: string;
  readonly outcome: OutcomeName;
  /** Whether it is what the campaign counts (`plan.counted`). */
  readonly counted: boolean;
}

/**
 * Judges an attempt. It comes from a later stage, so the commands pass it in. It must depend on the attempt alone, and its
 * word is final: a resumed campaign keeps the verdicts of the attempts that it has.
 */
export type Judge = (cell: Cell, attempt: Attempt) => Verdict;

export const OUTCOMES = ["clean", "exit", "crash", "timeout"] as const satisfies readonly OutcomeName[];
