import { lgam } from "../special-functions.js";
import { solveIncreasing } from "../solve.js";
import { type Interval, type Tally, checkConfidence, checkTally } from "../tally.js";

const logBeta = (a: number, b: number): number => lgam(a) + lgam(b) - lgam(a + b);

/** ln of the likelihood of a sequence with this tally at rate p; 0 ln 0 is 0. */
export function logLikelihood({ counted, attempts }: Tally, p: number): number {
  const missed = attempts - counted;
  return (counted === 0 ? 0 : counted * Math.log(p)) + (missed === 0 ? 0 : missed * Math.log1p(-p));
}

/**
 * ln of the likelihood of a sequence with this tally, mixed over rates with the weight Beta(1/2, 1/2) (Jeffreys;
 * Krichevsky and Trofimov 1981: at most ln(n) / 2 + ln 2 below the best rate's likelihood, also for tiny rates).
 */
export function logMixture({ counted, attempts }: Tally): number {
  return logBeta(counted + 0.5, attempts - counted + 0.5) - logBeta(0.5, 0.5);
}

/**
 * An interval for a rate that holds at all times at once: with probability `confidence` it contains the rate after
 * every attempt, so one may look as often as one likes and stop whenever. The rates p at which the mixture martingale
 * mixture(data) / likelihood(data; p) is below 1 / (1 - confidence) (Robbins, Ann. Math. Statist. 41, 1970; Ville's
 * inequality; Howard, Ramdas, McAuliffe and Sekhon, Ann. Statist. 49, 2021, for the beta-binomial form).
 */
export function confidenceSequence(tally: Tally, confidence: number): Interval {
  checkTally(tally);
  checkConfidence(confidence);
  const { counted, attempts } = tally;
  if (attempts === 0) return { low: 0, high: 1 };
  if (counted > attempts / 2) {
    const rest = confidenceSequence({ counted: attempts - counted, attempts }, confidence);
    return { low: 1 - rest.high, high: 1 - rest.low };
  }
  const mixture = logMixture(tally);
  const limit = limitOf(confidence);
  const evidence = (p: number): number => mixture - logLikelihood(tally, p);
  const best = counted / attempts;
  return {
    low: counted === 0 ? 0 : solveIncreasing((p) => -evidence(p), -limit, { high: best }),
    high: solveIncreasing(evidence, limit, { low: best }),
  };
}

/** Whether the confidence sequence has left the rate `p` out: the martingale itself, with no end to look for. */
export function excludes(tally: Tally, p: number, confidence: number): boolean {
  return logMixture(tally) - logLikelihood(tally, p) >= limitOf(confidence);
}

/** What the martingale of the true rate stays below with probability `confidence`, as a logarithm. */
const limitOf = (confidence: number): number => -Math.log1p(-confidence);
