import { badRequest } from "../failure.js";
import { atLeast, atMost } from "./binomial.js";
import { type Interval, type Tally, checkConfidence, checkTally } from "./tally.js";

/** More attempts than any campaign makes: a search that gets here says so. */
const MOST = 2 ** 40;

/**
 * `--detect RATE`: the least number of attempts of which at least one is counted with probability `confidence`, if the
 * rate is `rate`: ln(1 - confidence) / ln(1 - rate), rounded up.
 */
export function attemptsToDetect(rate: number, confidence: number): number {
  checkConfidence(confidence);
  if (!(rate > 0 && rate <= 1)) {
    throw badRequest(
      `a rate of ${rate} cannot be detected`,
      "Give one above 0 and at most 1, such as 0.001.",
    );
  }
  if (rate === 1) return 1;
  const attempts = Math.log1p(-confidence) / Math.log1p(-rate);
  // An exact power, such as two attempts at 0.5 for 0.75, must not become three by rounding.
  return Math.max(1, Math.ceil(attempts * (1 - 1e-12)));
}

/** How a new sample stands to a claimed interval. */
export interface Compatibility {
  readonly compatible: boolean;
  /** Twice the probability of a count so far out, at the claimed rate that suits the sample best; 1 within the interval. */
  readonly pValue: number;
}

/**
 * Whether a new sample of a fixed number of attempts could come from some rate in the claimed interval: an exact binomial
 * test against the interval's nearer end, rejected below 1 - confidence.
 */
export function compatibility(claim: Interval, tally: Tally, confidence: number): Compatibility {
  checkTally(tally);
  checkConfidence(confidence);
  const { counted, attempts } = tally;
  const rate = attempts === 0 ? claim.low : counted / attempts;
  let pValue = 1;
  if (rate < claim.low) pValue = Math.min(1, 2 * atMost(counted, attempts, claim.low));
  if (rate > claim.high) pValue = Math.min(1, 2 * atLeast(counted, attempts, claim.high));
  return { compatible: pValue > 1 - confidence, pValue };
}

/** Probability that `compatibility` rejects the claim after `attempts`, if the rate is really `rate`. */
export function rejectionProbability(
  claim: Interval,
  attempts: number,
  rate: number,
  confidence: number,
): number {
  const tail = (1 - confidence) / 2;
  // Largest count that is too low, smallest that is too high: both found by halving, the tails being monotone.
  const tooLow = search(-1, attempts, (k) => atMost(k, attempts, claim.low) > tail) - 1;
  const tooHigh = search(-1, attempts + 1, (k) => atLeast(k, attempts, claim.high) <= tail);
  const low = tooLow < 0 ? 0 : atMost(tooLow, attempts, rate);
  const high = tooHigh > attempts ? 0 : atLeast(tooHigh, attempts, rate);
  return Math.min(1, low + high);
}

/**
 * The attempts that `verify` needs: the least number (to a tenth of a per cent) after which a program whose rate is really
 * `actual` would be found incompatible with the claimed interval with probability `power`. `actual` 0 asks "is it gone?".
 * Null where `actual` is within the claim, so that no number would do.
 */
export function attemptsToVerify(
  claim: Interval,
  actual: number,
  { confidence, power }: { readonly confidence: number; readonly power: number },
): number | null {
  checkConfidence(confidence);
  checkConfidence(power);
  if (actual >= claim.low && actual <= claim.high) return null;
  const enough = (attempts: number): boolean =>
    rejectionProbability(claim, attempts, actual, confidence) >= power;
  let high = 1;
  while (!enough(high)) {
    if (high > MOST) return null;
    high *= 2;
  }
  let low = high / 2;
  while (high - low > Math.max(1, low / 1000)) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return Math.ceil(high);
}

/** The least integer in (low, high] for which a test that turns true once is true; `high` where none is. */
function search(low: number, high: number, test: (k: number) => boolean): number {
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (test(middle)) high = middle;
    else low = middle;
  }
  return high;
}
