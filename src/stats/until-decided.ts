import { excludes } from "./interval/confidence-sequence.js";
import type { Tally } from "./tally.js";

/**
 * On which side of `rate` a cell's confidence sequence lies; null while it holds `rate`. May be asked after every attempt:
 * with probability `confidence` none of the answers is wrong.
 */
export function sideOf(tally: Tally, rate: number, confidence: number): "above" | "below" | null {
  if (tally.attempts === 0 || !excludes(tally, rate, confidence)) return null;
  return tally.counted / tally.attempts > rate ? "above" : "below";
}
