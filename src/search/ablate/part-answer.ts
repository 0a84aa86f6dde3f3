import type { OutcomeName } from "../../manifest/repro.js";

/** What came of the program without one part. */
export interface PartAnswer {
  /** Why it could not be built; null: it was. */
  readonly refused: string | null;
  readonly attempts: number;
  /** Attempts that ended as the bug does, as far as one can tell without gdb. */
  readonly counted: number;
  readonly others: readonly {
    readonly what: string;
    readonly outcome: OutcomeName;
    readonly count: number;
  }[];
  /** Title of another crash that gdb saw in place of the bug's; null: it saw the bug's, or none. */
  readonly otherCrash: string | null;
}
