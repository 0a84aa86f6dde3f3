import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clopperPearson } from "../../src/stats/interval/clopper-pearson.js";
import { detectableDifference } from "../../src/stats/detectable.js";
import { logProbability } from "../../src/stats/binomial.js";
import { exactTest } from "../../src/stats/exact/boschloo.js";
import {
  attemptsToDetect,
  attemptsToVerify,
  compatibility,
  rejectionProbability,
} from "../../src/stats/sample-size.js";
import { corpus } from "./corpus.js";

describe("--detect", () => {
  test.each(corpus<{ rate: number; confidence: number; attempts: number }>("attempts-to-detect"))(
    "$rate at $confidence takes $attempts",
    ({ rate, confidence, attempts }) => {
      expect(attemptsToDetect(rate, confidence)).toBe(attempts);
    },
  );

  test("an exact power is not rounded up", () => {
    expect(attemptsToDetect(0.5, 0.75)).toBe(2);
    expect(attemptsToDetect(1, 0.95)).toBe(1);
  });

  test.each([0, -0.1, 1.1, Number.NaN])("a rate of %d is refused", (rate) => {
    expect(() => attemptsToDetect(rate, 0.95)).toThrow(`a rate of ${rate} cannot be detected`);
  });

  test("it is the least number that will do", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 0.99, noNaN: true }), (rate) => {
        const n = attemptsToDetect(rate, 0.95);
        const missed = (attempts: number): number => Math.exp(attempts * Math.log1p(-rate));
        expect(missed(n)).toBeLessThanOrEqual(0.05 * (1 + 1e-6));
        if (n > 1) expect(missed(n - 1)).toBeGreaterThan(0.05 * (1 - 1e-6));
      }),
    );
  });
});

describe("checking a claim", () => {
  const claim = clopperPearson({ counted: 30, attempts: 100 }, 0.95);

  test("a sample within the claim is compatible, one far out is not, on either side", () => {
    expect(compatibility(claim, { counted: 28, attempts: 90 }, 0.95)).toEqual({
      compatible: true,
      pValue: 1,
    });
    expect(compatibility(claim, { counted: 0, attempts: 40 }, 0.95).compatible).toBe(false);
    expect(compatibility(claim, { counted: 38, attempts: 40 }, 0.95).compatible).toBe(false);
    expect(compatibility(claim, { counted: 0, attempts: 3 }, 0.95).compatible).toBe(true);
  });

  test("a clean claim is refuted by crashes", () => {
    const clean = clopperPearson({ counted: 0, attempts: 3000 }, 0.95);
    expect(compatibility(clean, { counted: 0, attempts: 100 }, 0.95).compatible).toBe(true);
    expect(compatibility(clean, { counted: 5, attempts: 100 }, 0.95).compatible).toBe(false);
  });

  test("the attempts that it takes have the power that was asked for, and a hundredth fewer do not", () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 20, max: 5000 })
          .chain((n) => fc.record({ attempts: fc.constant(n), counted: fc.nat(n) })),
        fc.constantFrom(0, 0.01, 0.3, 0.9),
        (tally, actual) => {
          const made = clopperPearson(tally, 0.95);
          const n = attemptsToVerify(made, actual, { confidence: 0.95, power: 0.9 });
          if (n === null) {
            expect(actual >= made.low && actual <= made.high).toBe(true);
            return;
          }
          fc.pre(n < 1e7);
          expect(rejectionProbability(made, n, actual, 0.95)).toBeGreaterThanOrEqual(0.9);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a program that never crashes any more is found out by a few attempts", () => {
    // (1 - low)^n <= 0.025
    const n = attemptsToVerify(claim, 0, { confidence: 0.95, power: 0.95 });
    expect(n).toBe(Math.ceil(Math.log(0.025) / Math.log(1 - claim.low)));
  });

  test("nothing tells a rate that the claim holds", () => {
    expect(attemptsToVerify(claim, 0.3, { confidence: 0.95, power: 0.9 })).toBeNull();
  });
});

describe("detectable difference", () => {
  test.each([
    [10, 10, 0],
    [20, 30, 0.5],
    [12, 25, 0.2],
  ])("%d and %d attempts at %d: the test itself, over all tables, has the power", (a, b, base) => {
    const power = 0.8;
    const difference = detectableDifference({ a, b }, base, { alpha: 0.05, power })!;
    const shown = (pb: number): number => {
      let sum = 0;
      for (let ka = 0; ka <= a; ka++) {
        for (let kb = 0; kb <= b; kb++) {
          const higher = (kb / b - ka / a) * (pb - base) > 0;
          if (higher && exactTest({ counted: ka, attempts: a }, { counted: kb, attempts: b }) <= 0.05) {
            sum += Math.exp(logProbability(ka, a, base) + logProbability(kb, b, pb));
          }
        }
      }
      return sum;
    };
    const possible = [base + difference, base - difference].filter((pb) => pb >= 0 && pb <= 1);
    expect(possible.length).toBeGreaterThan(0);
    for (const pb of possible) expect(shown(pb)).toBeGreaterThanOrEqual(power - 1e-4);
    const smaller = [base + difference * 0.9, base - difference * 0.9].filter((pb) => pb >= 0 && pb <= 1);
    expect(Math.min(...smaller.map(shown))).toBeLessThan(power);
  });

  test("two attempts each show nothing", () => {
    expect(detectableDifference({ a: 2, b: 2 }, 0.5, { alpha: 0.05, power: 0.95 })).toBeNull();
  });
});
