import { lgam } from "../../../stats/special-functions.js";

/** What is known of a rate: Beta(a, b). */
export interface Beta {
  readonly a: number;
  readonly b: number;
}

/** Jeffreys' prior of a rate of which nothing is known. */
export const UNKNOWN: Beta = { a: 0.5, b: 0.5 };

export function logBeta(a: number, b: number): number {
  return lgam(a) + lgam(b) - lgam(a + b);
}

/** ln of the probability of exactly these outcomes, k counted and n - k not in one order, where the rate is as `rate` says. */
export function logMarginal(k: number, n: number, { a, b }: Beta): number {
  return n === 0 ? 0 : logBeta(a + k, b + n - k) - logBeta(a, b);
}

/**
 * Fills `into` with the probabilities of 0, 1, … of m attempts counted (beta-binomial), until what is left is below 1e-7 or `into` is full.
 * Returns how many were filled; what is left is added to the last.
 */
export function betaBinomial(m: number, { a, b }: Beta, into: Float64Array): number {
  let mass = Math.exp(logBeta(a, b + m) - logBeta(a, b));
  let sum = 0;
  let k = 0;
  for (; k <= m && k < into.length; k++) {
    into[k] = mass;
    sum += mass;
    if (1 - sum < 1e-7) {
      k++;
      break;
    }
    mass *= ((m - k) * (a + k)) / ((k + 1) * (m - k - 1 + b));
  }
  into[k - 1] = into[k - 1]! + Math.max(0, 1 - sum);
  return k;
}
