import { describe, expect, test } from "vitest";
import { exactTest } from "../../src/stats/exact/boschloo.js";
import { fisherTail } from "../../src/stats/exact/fisher.js";
import { corpus } from "./corpus.js";

interface TestCase {
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
  readonly boschloo: number;
  readonly fisher: number;
}

describe.each(corpus<TestCase>("exact-tests"))("$a against $b", ({ a, b, boschloo, fisher }) => {
  const [ofA, ofB] = [a, b].map(([counted, attempts]) => ({ counted: counted, attempts: attempts }));

  test("Boschloo's p-value agrees with its reference to 1e-6", () => {
    const p = exactTest(ofA!, ofB!);
    expect(Math.abs(p - boschloo)).toBeLessThan(1e-6);
    expect(Math.abs(p / boschloo - 1)).toBeLessThan(1e-4);
  });

  test("Fisher's p-value agrees with its reference to 1e-9, as a part of it", () => {
    const sides = [
      fisherTail({ a: a[1], b: b[1] }, a[0] + b[0], b[0]),
      fisherTail({ a: b[1], b: a[1] }, a[0] + b[0], a[0]),
    ];
    expect(Math.abs(Math.min(1, 2 * Math.min(...sides)) / fisher - 1)).toBeLessThan(1e-9);
  });
});
