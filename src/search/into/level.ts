import type { Tally } from "../../stats/tally.js";
import type { Answers } from "../ablate/answers.js";

/** A function that was opened, and what its parts came to. */
export interface Level extends Answers {
  readonly function: string;
  /** What came of the program without the whole function; null: that was not tried. */
  readonly floor: Tally | null;
  /** Parts that were tried when the way down was known. */
  readonly beside: number;
}
