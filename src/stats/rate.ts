import type { StopRule } from "../plan/plan.js";
import { clopperPearson } from "./interval/clopper-pearson.js";
import { confidenceSequence } from "./interval/confidence-sequence.js";
import { inverseBinomial, inverseEstimate } from "./interval/inverse-binomial.js";
import { type Interval, type Tally, checkConfidence, checkTally } from "./tally.js";

/** A rate with its interval. `method` names the formula for readers: `Clopper-Pearson`. */
export interface Rate {
  /** What is counted: `crash`, or the expected crash in words. */
  readonly of: string;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
  readonly method: string;
}

/** What a cell came to, and how its attempts ended. */
export interface Sampled extends Tally {
  readonly of: string;
  readonly stop: StopRule;
  /** False where it ended before its stop rule was met: interrupted, or lost. */
  readonly complete: boolean;
  /**
   * `until-crashes` alone: number of the attempt (in the order of their numbers) that was the K-th counted, null where the
   * cap came first. Attempts beyond it are not in the rate: counting them would bias it.
   */
  readonly reachedAt?: number | null;
}

/**
 * The rate of a cell by the method that is right for how its attempts ended; null where there was none. A stop rule that
 * looks at the data or the clock (or a person who did) changes what the same counts mean:
 * a fixed number -> Clopper-Pearson; until K counted -> inverse binomial, and Clopper-Pearson where the cap came first
 * (both together are exact, since the outcomes stay ordered by rate), but not where a time limit might have; anything else -> a confidence sequence.
 */
export function rateOf(sampled: Sampled, confidence: number): Rate | null {
  checkTally(sampled);
  checkConfidence(confidence);
  if (sampled.attempts === 0) return null;
  const { tally, estimate, interval, method } = methodFor(sampled);
  return { of: sampled.of, estimate, ...interval(tally, confidence), confidence, method };
}

/** The rate while a campaign runs: holds however often it is looked at. */
export function rateSoFar(tally: Tally, of: string, confidence: number): Rate | null {
  if (tally.attempts === 0) return null;
  const estimate = tally.counted / tally.attempts;
  return { of, estimate, ...confidenceSequence(tally, confidence), confidence, method: SEQUENCE };
}

const FIXED = "Clopper-Pearson";
const INVERSE = "inverse binomial (exact)";
const SEQUENCE = "confidence sequence (beta-binomial mixture; holds at any stopping time)";

interface Method {
  readonly tally: Tally;
  readonly estimate: number;
  readonly interval: (tally: Tally, confidence: number) => Interval;
  readonly method: string;
}

function methodFor({ counted, attempts, stop, complete, reachedAt = null }: Sampled): Method {
  const tally = { counted, attempts };
  const estimate = counted / attempts;
  const fixed = { tally, estimate, interval: clopperPearson, method: FIXED };
  // Crashes may take another time than clean runs: which of both ends came first depends on more than their order.
  if (stop.kind === "until-crashes" && stop.withinMs !== undefined)
    return { tally, estimate, interval: confidenceSequence, method: SEQUENCE };
  if (stop.kind === "until-crashes" && reachedAt !== null) {
    const reached = { counted: stop.crashes, attempts: reachedAt };
    checkTally(reached);
    return { tally: reached, estimate: inverseEstimate(reached), interval: inverseBinomial, method: INVERSE };
  }
  if (stop.kind === "runs" && complete) return fixed;
  if (stop.kind === "until-crashes" && complete && counted < stop.crashes) return fixed;
  return { tally, estimate, interval: confidenceSequence, method: SEQUENCE };
}
