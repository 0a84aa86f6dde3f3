import { atLeast } from "../binomial.js";
import { solveIncreasing } from "../solve.js";
import { type Interval, checkConfidence, checkTally } from "../tally.js";

/**
 * The exact two-sided interval for a rate where attempts went on until the `counted`-th success, which came at attempt
 * `attempts` (Haldane, Biometrika 33, 1945; negative binomial). Low: so early a K-th success would be a surprise, that
 * is P(Binomial(N, p) >= K) = tail; high: so late a one would be, P(Binomial(N - 1, p) <= K - 1) = tail.
 */
export function inverseBinomial(
  { counted, attempts }: { readonly counted: number; readonly attempts: number },
  confidence: number,
): Interval {
  checkTally({ counted, attempts });
  checkConfidence(confidence);
  if (counted === 0) throw new RangeError("inverse sampling ends at a success: none was counted");
  const tail = (1 - confidence) / 2;
  return {
    low: solveIncreasing((p) => atLeast(counted, attempts, p), tail),
    high: counted === attempts ? 1 : solveIncreasing((p) => atLeast(counted, attempts - 1, p), 1 - tail),
  };
}

/** The unbiased estimate after inverse sampling, (K - 1) / (N - 1) (Haldane 1945); for K = 1 the likeliest rate, 1 / N. */
export function inverseEstimate({
  counted,
  attempts,
}: {
  readonly counted: number;
  readonly attempts: number;
}): number {
  return counted === 1 ? 1 / attempts : (counted - 1) / (attempts - 1);
}
