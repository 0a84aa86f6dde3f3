import { logLikelihood, logMixture } from "./interval/confidence-sequence.js";
import { pooled, type Tally } from "./tally.js";

/**
 * ln of the evidence that two rates differ, in the tallies as they stand. Both samples' likelihoods, each mixed over
 * rates, against the best likelihood of any common rate. Under a common rate the quotient is at most a non-negative
 * martingale that starts at 1, in whatever order the attempts came, so it ever exceeds 1 / alpha with probability at most
 * alpha (Ville): an e-process by universal inference (Wasserman, Ramdas and Balakrishnan, PNAS 117, 2020) over the
 * mixtures of Robbins (1970). Symmetric; 0 without attempts.
 */
export function logEvidence(a: Tally, b: Tally): number {
  const both = pooled([a, b]);
  if (both.attempts === 0) return 0;
  return logMixture(a) + logMixture(b) - logLikelihood(both, both.counted / both.attempts);
}

/** A p-value of "both have one rate" that holds at any stopping time: 1 / evidence, at most 1. */
export function anytimePValue(a: Tally, b: Tally): number {
  return Math.min(1, Math.exp(-logEvidence(a, b)));
}
