/** A rate with its interval. `method` names the formula for readers: `Clopper-Pearson`. */
export interface Rate {
  /** What is counted: `crash`, or the expected crash in words. */
  readonly of: string;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
  readonly method: string;
}
