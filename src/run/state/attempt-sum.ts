import type { Verdict } from "../verdict.js";

/** How many attempts lie in each class, by the class's number, ascending. */
export type Counts = readonly (readonly [at: number, attempts: number])[];

/**
 * Attempts `first` … `first + count - 1` of one cell that ended alike, did not count and did not start too late, as
 * sums: all that a tally takes of them, and nothing of each. So a campaign of any size has a journal that a disk can hold.
 */
export interface AttemptSum {
  readonly first: number;
  readonly count: number;
  readonly verdict: Verdict;
  /** The machine that made them; absent where there is one engine. */
  readonly node?: string;
  /** By the span of the timeline's first width in which they started. */
  readonly starts: Counts;
  /** By the bucket of their duration. */
  readonly durations: Counts;
  readonly longestMs: number;
  readonly maxRssKiB: number;
  readonly leftovers: number;
  readonly signalsSent: number;
}
