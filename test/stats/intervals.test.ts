import { describe, expect, test } from "vitest";
import { clopperPearson } from "../../src/stats/interval/clopper-pearson.js";
import { confidenceSequence } from "../../src/stats/interval/confidence-sequence.js";
import { inverseBinomial } from "../../src/stats/interval/inverse-binomial.js";
import { newcombe, wilson } from "../../src/stats/interval/newcombe.js";
import type { Interval, Tally } from "../../src/stats/tally.js";
import { corpus, error } from "./corpus.js";

interface RateCase extends Tally, Interval {
  readonly confidence: number;
}
interface DifferenceCase extends Interval {
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
  readonly confidence: number;
}

const tally = ([counted, attempts]: readonly [number, number]): Tally => ({ counted, attempts });

describe.each([
  ["clopper-pearson", clopperPearson],
  ["inverse-binomial", inverseBinomial],
  ["wilson", wilson],
  ["confidence-sequence", confidenceSequence],
])("%s agrees with its reference to 1e-6", (name, interval) => {
  test.each(corpus<RateCase>(name))("$counted of $attempts at $confidence", (reference) => {
    const { low, high } = interval(reference, reference.confidence);
    expect(error(low, reference.low)).toBeLessThan(1e-6);
    expect(error(high, reference.high)).toBeLessThan(1e-6);
    expect(error(1 - high, 1 - reference.high)).toBeLessThan(1e-6);
  });
});

describe.each([
  ["newcombe", 1e-6],
  ["newcombe-table", 0.00005],
])("%s agrees with its reference to %d", (name, tolerance) => {
  test.each(corpus<DifferenceCase>(name))("$b less $a at $confidence", ({ a, b, confidence, low, high }) => {
    const interval = newcombe(tally(a), tally(b), confidence);
    expect(Math.abs(interval.low - low)).toBeLessThan(tolerance);
    expect(Math.abs(interval.high - high)).toBeLessThan(tolerance);
  });
});
