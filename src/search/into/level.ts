import type { Tally } from "../../stats/tally.js";
import type { PartAnswer } from "../ablate/part-answer.js";

/** A function that was opened, and what its parts came to. */
export interface Level {
  readonly function: string;
  /** By the place of a part. */
  readonly answers: readonly (PartAnswer | null)[];
  readonly whole: { readonly attempts: number; readonly counted: number };
  /** What came of the program without the whole function; null: that was not tried. */
  readonly floor: Tally | null;
  /** Parts that were tried when the way down was known. */
  readonly beside: number;
}
