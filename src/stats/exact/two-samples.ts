import type { StopRule } from "../../plan/plan.js";
import { exactTest, exactTestName, rejectionRegion } from "./boschloo.js";
import { confidenceSequence } from "../interval/confidence-sequence.js";
import { detectableDifference } from "../detectable.js";
import { anytimePValue } from "../e-process.js";
import { newcombe } from "../interval/newcombe.js";
import { level, pointsAbove } from "../../text/numbers.js";
import type { Interval, Tally } from "../tally.js";

/** `fixed`: the number of attempts was fixed beforehand; `sequential`: it depended on the data, the clock or a person. */
export type Sampling = "fixed" | "sequential";

/** How a campaign's attempts came to an end, for the choice of methods. */
export function samplingOf(stop: StopRule, complete: boolean): Sampling {
  return stop.kind === "runs" && complete ? "fixed" : "sequential";
}

/** How two samples are compared: everything that depends on how attempts ended. */
export interface TwoSamples {
  pValue(a: Tally, b: Tally): number;
  /** Interval for rate(b) - rate(a). */
  interval(a: Tally, b: Tally, confidence: number): Interval;
  /** Names of test and interval. */
  name(a: Tally, b: Tally): string;
  /** What a test that showed nothing excludes, at significance `alpha`: a difference, or null where it excludes none. */
  excluded(a: Tally, b: Tally, alpha: number): number | null;
  /** `excluded` in words, of a difference; `confidence` is that of all statements of the campaign together. */
  excludedInWords(difference: number, confidence: number): string;
}

/** Power of every statement of what would have been seen. */
export const POWER = 0.95;

const fixed = (): TwoSamples => {
  const regions = new Map<string, Int32Array>();
  const regionOf: typeof rejectionRegion = (sizes, alpha) =>
    remember(regions, `${sizes.a} ${sizes.b} ${alpha}`, () => rejectionRegion(sizes, alpha));
  return {
    pValue: exactTest,
    interval: newcombe,
    name: (a, b) => `${exactTestName({ a: a.attempts, b: b.attempts })}; Newcombe's hybrid score interval`,
    excluded: (a, b, alpha) =>
      detectableDifference(
        { a: a.attempts, b: b.attempts },
        (a.counted + b.counted) / (a.attempts + b.attempts),
        { alpha, power: POWER },
        regionOf,
      ),
    excludedInWords: (difference) =>
      `a difference over ${pointsAbove(difference)} would have been seen with ${level(POWER)} power`,
  };
};

const sequential: TwoSamples = {
  pValue: anytimePValue,
  interval: sequenceDifference,
  name: () => "mixture e-process (holds at any stopping time); difference of two confidence sequences",
  excluded: (a, b, alpha) => {
    const { low, high } = sequenceDifference(a, b, 1 - alpha);
    const widest = Math.max(-low, high);
    return widest >= 1 ? null : widest;
  },
  excludedInWords: (difference, confidence) =>
    `a difference over ${pointsAbove(difference)} is excluded at ${level(confidence)}`,
};

/** An interval for rate(b) - rate(a) that holds at any stopping time: each rate's sequence gets half of the error. */
function sequenceDifference(a: Tally, b: Tally, confidence: number): Interval {
  const half = 1 - (1 - confidence) / 2;
  const [ofA, ofB] = [confidenceSequence(a, half), confidenceSequence(b, half)];
  return { low: ofB.low - ofA.high, high: ofB.high - ofA.low };
}

/** The methods for samples that ended so; they remember what they computed, since campaigns repeat tallies. */
export function twoSamples(sampling: Sampling): TwoSamples {
  const methods = sampling === "fixed" ? fixed() : sequential;
  const key = (a: Tally, b: Tally, ...more: number[]): string =>
    [a.counted, a.attempts, b.counted, b.attempts, ...more].join(" ");
  const pValues = new Map<string, number>();
  const excluded = new Map<string, number | null>();
  return {
    ...methods,
    pValue: (a, b) => remember(pValues, key(a, b), () => methods.pValue(a, b)),
    excluded: (a, b, alpha) => remember(excluded, key(a, b, alpha), () => methods.excluded(a, b, alpha)),
  };
}

function remember<Value>(known: Map<string, Value>, key: string, compute: () => Value): Value {
  if (!known.has(key)) known.set(key, compute());
  return known.get(key)!;
}
