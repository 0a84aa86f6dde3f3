import { incbet, lgam } from "./special-functions.js";

/** ln n!, right to 1e-15 relative. */
export function logFactorial(n: number): number {
  return lgam(n + 1);
}

/** P(X >= k) for X ~ Binomial(n, p). */
export function atLeast(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  if (k > n || p <= 0) return 0;
  if (p >= 1) return 1;
  return incbet(k, n - k + 1, p);
}

/** P(X <= k) for X ~ Binomial(n, p). */
export function atMost(k: number, n: number, p: number): number {
  if (k >= n) return 1;
  if (k < 0 || p >= 1) return 0;
  if (p <= 0) return 1;
  return incbet(n - k, k + 1, 1 - p);
}

/** ln P(X = k) for X ~ Binomial(n, p); -Infinity where it cannot happen. */
export function logProbability(k: number, n: number, p: number): number {
  if (k < 0 || k > n) return -Infinity;
  const hits = k === 0 ? 0 : k * Math.log(p);
  const misses = k === n ? 0 : (n - k) * Math.log1p(-p);
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k) + hits + misses;
}

/** The probabilities of a binomial distribution that matter: those of `first`, `first + 1`, … */
export interface Window {
  readonly first: number;
  readonly probabilities: readonly number[];
}

/**
 * Probabilities of X ~ Binomial(n, p) around its mode, down to `cut` times the largest one. One logarithm, then
 * ratios of neighbours: the work grows with the standard deviation, not with n.
 */
export function binomialWindow(n: number, p: number, cut: number): Window {
  if (p <= 0) return { first: 0, probabilities: [1] };
  if (p >= 1) return { first: n, probabilities: [1] };
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const peak = Math.exp(logProbability(mode, n, p));
  const odds = p / (1 - p);
  const below: number[] = [];
  for (let k = mode, mass = peak; k > 0; k--) {
    mass *= k / ((n - k + 1) * odds);
    if (mass < peak * cut) break;
    below.push(mass);
  }
  const probabilities = [...below.reverse(), peak];
  for (let k = mode, mass = peak; k < n; k++) {
    mass *= ((n - k) / (k + 1)) * odds;
    if (mass < peak * cut) break;
    probabilities.push(mass);
  }
  return { first: mode - below.length, probabilities };
}
