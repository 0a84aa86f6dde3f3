import { ndtri } from "../special-functions.js";
import { type Interval, type Tally, checkConfidence, checkTally } from "../tally.js";

/** Wilson's score interval for a rate (J. Am. Stat. Assoc. 22, 1927), the part that Newcombe's is made of. */
export function wilson(tally: Tally, confidence: number): Interval {
  checkTally(tally);
  checkConfidence(confidence);
  const { counted, attempts } = tally;
  if (attempts === 0) return { low: 0, high: 1 };
  const z = -ndtri((1 - confidence) / 2);
  const rate = counted / attempts;
  const middle = rate + (z * z) / (2 * attempts);
  const half = z * Math.sqrt((rate * (1 - rate)) / attempts + (z * z) / (4 * attempts * attempts));
  const scale = 1 + (z * z) / attempts;
  return {
    low: counted === 0 ? 0 : Math.max(0, (middle - half) / scale),
    high: counted === attempts ? 1 : Math.min(1, (middle + half) / scale),
  };
}

/**
 * An interval for rate(b) - rate(a): Newcombe's hybrid score interval (Statist. Med. 17, 1998, method 10), which joins
 * the Wilson intervals of both rates and never leaves -1 … 1.
 */
export function newcombe(a: Tally, b: Tally, confidence: number): Interval {
  const rateA = a.counted / a.attempts;
  const rateB = b.counted / b.attempts;
  const wilsonA = wilson(a, confidence);
  const wilsonB = wilson(b, confidence);
  const difference = rateB - rateA;
  return {
    low: difference - Math.hypot(rateB - wilsonB.low, wilsonA.high - rateA),
    high: difference + Math.hypot(wilsonB.high - rateB, rateA - wilsonA.low),
  };
}
