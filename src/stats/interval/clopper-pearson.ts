import { atLeast } from "../binomial.js";
import { solveIncreasing } from "../solve.js";
import { type Interval, type Tally, checkConfidence, checkTally } from "../tally.js";

/**
 * The exact two-sided interval for a rate after a fixed number of attempts (Clopper and Pearson, Biometrika 26, 1934):
 * the rates under which neither so many nor so few would be a surprise of (1 - confidence) / 2. Needs `attempts` > 0.
 */
export function clopperPearson(tally: Tally, confidence: number): Interval {
  checkTally(tally);
  checkConfidence(confidence);
  const { counted, attempts } = tally;
  if (attempts === 0) return { low: 0, high: 1 };
  if (counted > attempts / 2) {
    // Small rates have all digits, rates near 1 do not: work on the attempts that were not counted.
    const rest = clopperPearson({ counted: attempts - counted, attempts }, confidence);
    return { low: 1 - rest.high, high: 1 - rest.low };
  }
  const tail = (1 - confidence) / 2;
  return {
    low: counted === 0 ? 0 : solveIncreasing((p) => atLeast(counted, attempts, p), tail),
    high:
      counted === 0
        ? -Math.expm1(Math.log(tail) / attempts)
        : solveIncreasing((p) => atLeast(counted + 1, attempts, p), 1 - tail),
  };
}
