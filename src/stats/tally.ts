import { badRequest } from "../failure.js";

/** Attempts of one cell and how many of them were counted (crashed, mostly). */
export interface Tally {
  readonly counted: number;
  readonly attempts: number;
}

/** The attempts of all of them together. */
export function pooled(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, { attempts, counted }) => ({ attempts: sum.attempts + attempts, counted: sum.counted + counted }),
    { attempts: 0, counted: 0 },
  );
}

/** Two ends of an interval for a rate (0 to 1) or for a difference of rates (-1 to 1). */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Throws where the numbers are no tally: a caller's bug must not become a rate. */
export function checkTally({ counted, attempts }: Tally): void {
  if (
    !Number.isSafeInteger(counted) ||
    !Number.isSafeInteger(attempts) ||
    counted < 0 ||
    counted > attempts
  ) {
    throw new RangeError(`${counted} of ${attempts} is no tally`);
  }
}

/** Throws where a confidence level is not strictly between 0 and 1. */
export function checkConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1)) {
    throw badRequest(
      `a confidence of ${confidence} makes no sense`,
      "Give one between 0 and 1, such as 0.95.",
    );
  }
}
