import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { upperBound } from "../../src/stats/interval/bound.js";
import { clopperPearson } from "../../src/stats/interval/clopper-pearson.js";
import { confidenceSequence, excludes } from "../../src/stats/interval/confidence-sequence.js";
import { rateOf, rateSoFar } from "../../src/stats/rate.js";

const runs = { kind: "runs", runs: 100 } as const;
const untilCrashes = { kind: "until-crashes", crashes: 5, cap: 1000 } as const;

describe("the method is that of the stop rule", () => {
  test("a fixed number: Clopper-Pearson", () => {
    const rate = rateOf({ of: "crash", counted: 3, attempts: 100, stop: runs, complete: true }, 0.95);
    expect(rate).toMatchObject({ of: "crash", estimate: 0.03, confidence: 0.95, method: "Clopper-Pearson" });
  });

  test("until K crashes or a time: a confidence sequence, whichever came first", () => {
    const stop = { ...untilCrashes, withinMs: 60_000 };
    const of = "crash";
    const reached = rateOf({ of, counted: 5, attempts: 400, stop, complete: true, reachedAt: 400 }, 0.95);
    const over = rateOf({ of, counted: 0, attempts: 400, stop, complete: true }, 0.95);
    for (const rate of [reached, over]) expect(rate?.method).toMatch(/^confidence sequence/);
  });

  test("until K crashes: inverse binomial at the K-th, whatever was still under way", () => {
    const sampled = {
      of: "crash",
      counted: 6,
      attempts: 412,
      stop: untilCrashes,
      complete: true,
      reachedAt: 401,
    };
    const rate = rateOf(sampled, 0.95);
    expect(rate).toMatchObject({ estimate: 4 / 400, method: "inverse binomial (exact)" });
    expect(rate).toEqual(rateOf({ ...sampled, counted: 5, attempts: 401 }, 0.95));
  });

  test("until K crashes, but the cap came first: Clopper-Pearson", () => {
    const rate = rateOf(
      { of: "crash", counted: 2, attempts: 1000, stop: untilCrashes, complete: true, reachedAt: null },
      0.95,
    );
    expect(rate).toMatchObject({ estimate: 0.002, method: "Clopper-Pearson" });
  });

  test.each([
    ["a time", { kind: "for", durationMs: 1000 } as const, true],
    ["until decided", { kind: "until-decided", rate: 0.01, cap: 1000 } as const, true],
    ["a fixed number, interrupted", runs, false],
    ["until K crashes, interrupted", untilCrashes, false],
  ])("%s: a confidence sequence", (_, stop, complete) => {
    const rate = rateOf({ of: "crash", counted: 1, attempts: 60, stop, complete }, 0.95);
    expect(rate).toEqual(rateSoFar({ counted: 1, attempts: 60 }, "crash", 0.95));
    expect(rate!.method).toContain("confidence sequence");
  });

  test("no attempt has no rate", () => {
    expect(rateOf({ of: "crash", counted: 0, attempts: 0, stop: runs, complete: false }, 0.95)).toBeNull();
  });

  test("what is no tally is refused", () => {
    expect(() => rateOf({ of: "crash", counted: 4, attempts: 3, stop: runs, complete: true }, 0.95)).toThrow(
      "4 of 3 is no tally",
    );
  });
});

test.each([
  [1, 0.95, 0.95],
  [3000, 0.95, 0.000998],
  [25, 0.975, 0.1372],
])("none of %d excludes, at %d, rates above %d", (attempts, confidence, rate) => {
  expect(upperBound(attempts, confidence)).toBeCloseTo(rate, 4);
});

describe("properties", () => {
  const tally = fc
    .integer({ min: 1, max: 100_000 })
    .chain((attempts) => fc.record({ attempts: fc.constant(attempts), counted: fc.nat(attempts) }));
  const confidence = fc.constantFrom(0.5, 0.9, 0.95, 0.999, 1 - 1e-6);

  test("an interval holds its estimate, is mirrored, and widens with confidence", () => {
    fc.assert(
      fc.property(
        tally,
        confidence,
        fc.constantFrom(clopperPearson, confidenceSequence),
        (t, level, interval) => {
          const { low, high } = interval(t, level);
          const mirrored = interval({ ...t, counted: t.attempts - t.counted }, level);
          const wider = interval(t, 1 - (1 - level) / 2);
          const estimate = t.counted / t.attempts;
          expect(low).toBeLessThanOrEqual(estimate);
          expect(high).toBeGreaterThanOrEqual(estimate);
          expect(mirrored.low).toBeCloseTo(1 - high, 9);
          expect(mirrored.high).toBeCloseTo(1 - low, 9);
          expect(wider.low).toBeLessThanOrEqual(low);
          expect(wider.high).toBeGreaterThanOrEqual(high);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("a confidence sequence leaves out exactly what is outside of its ends", () => {
    fc.assert(
      fc.property(tally, fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), (t, p) => {
        const { low, high } = confidenceSequence(t, 0.95);
        const near = Math.min(Math.abs(p - low) / low, Math.abs(p - high) / high) < 1e-6;
        fc.pre(!near);
        expect(excludes(t, p, 0.95)).toBe(p < low || p > high);
      }),
      { numRuns: 300 },
    );
  });
});
