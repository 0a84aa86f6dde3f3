import { confidenceSequence } from "./confidence-sequence.js";
import { count } from "../../text/count.js";
import { level, percentAbove, percentBelow } from "../percent.js";
import { type Tally, checkConfidence, checkTally } from "../tally.js";

/**
 * What none of n (or all of n) attempts excludes, in words: `0 of 3,000: rates above 0.10 % are excluded at 95 %`;
 * null where some were counted and some were not. The bound is one-sided, 1 - (1 - confidence)^(1/n), and so a little nearer
 * than the end of the two-sided interval of the same attempts. `anytime`: attempts did not end at a fixed number.
 */
export function boundSentence(tally: Tally, confidence: number, anytime = false): string | null {
  checkTally(tally);
  checkConfidence(confidence);
  const { counted, attempts } = tally;
  if (attempts === 0 || (counted > 0 && counted < attempts)) return null;
  const none = { counted: 0, attempts };
  const bound = anytime ? confidenceSequence(none, confidence).high : upperBound(attempts, confidence);
  const excluded = counted === 0 ? `above ${percentAbove(bound)}` : `below ${percentBelow(1 - bound)}`;
  return `${count(counted)} of ${count(attempts)}: rates ${excluded} are excluded at ${level(confidence)}`;
}

/** The largest rate under which none of `attempts` would still happen with probability 1 - confidence. */
export function upperBound(attempts: number, confidence: number): number {
  return -Math.expm1(Math.log1p(-confidence) / attempts);
}
