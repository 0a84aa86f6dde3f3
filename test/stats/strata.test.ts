import { expect, test } from "vitest";
import { compareStrata, stratifiedRate } from "../../src/stats/strata.js";
import { seeded, successes } from "./random.js";

const cell = (id: string, ...rates: readonly (readonly [counted: number, attempts: number])[]) => ({
  id,
  of: "crash",
  strata: rates.map(([counted, attempts], i) => ({ node: `n${i}`, counted, attempts })),
});

test("machines that count alike are pooled without a word", () => {
  const [verdict] = compareStrata([cell("glibc", [10, 100], [12, 100], [9, 100])], 0.95);
  expect(verdict?.differs).toBe(false);
  expect(verdict?.stratified.estimate).toBeCloseTo(31 / 300, 10);
});

test("a machine that counts otherwise is told, however the attempts are spread", () => {
  const [verdict] = compareStrata([cell("glibc", [10, 100], [12, 100], [450, 900])], 0.95);
  expect(verdict?.differs).toBe(true);
  // Each machine counts the same: (0.1 + 0.12 + 0.5) / 3, and not 472 of 1,100.
  expect(verdict?.stratified.estimate).toBeCloseTo(0.24, 10);
});

test("a cell that one machine made alone has no verdict", () => {
  expect(compareStrata([cell("glibc", [1, 10]), cell("musl", [1, 10], [0, 0])], 0.95)).toEqual([]);
});

test("the more tests there are, the more a difference must show", () => {
  const doubtful = cell("glibc", [2, 40], [10, 40]);
  const [alone] = compareStrata([doubtful], 0.95);
  const others = Array.from({ length: 12 }, (_, i) => cell(`other ${i}`, [5, 40], [5, 40]));
  const among = compareStrata([doubtful, ...others], 0.95).find(({ id }) => id === "glibc");
  expect(among?.adjustedPValue).toBeGreaterThan(alone?.adjustedPValue ?? 1);
});

test("the stratified interval holds the mean of the machines' rates in 95 of 100 draws at least", () => {
  const rates = [0.02, 0.1, 0.3];
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const random = seeded(13470);
  let held = 0;
  for (let draw = 0; draw < 400; draw++) {
    const strata = rates.map((rate, i) => ({
      node: `n${i}`,
      counted: successes(random, 50 * (i + 1), rate),
      attempts: 50 * (i + 1),
    }));
    const { low, high } = stratifiedRate(strata, "crash", 0.95);
    if (low <= mean && mean <= high) held++;
  }
  expect(held / 400).toBeGreaterThanOrEqual(0.95);
});
