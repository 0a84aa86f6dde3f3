import { expect, it } from "vitest";
import { childBudget, crashBudget } from "../../src/campaign/look-budget.js";

const plan = {
  perSignature: 2,
  attempts: 40,
  timeoutMs: 30_000,
  withinMs: 120_000,
  watched: { runs: 20_000, timeoutMs: 60_000 },
};
const budget = (counts: readonly number[], attempts: number, attemptsPerSecond: number) =>
  crashBudget(
    counts.map((count) => ({ count })),
    { attempts, attemptsPerSecond },
    plan,
  );

it("a frequent crash is looked for under gdb as often as the plan says", () => {
  expect(budget([25], 25, 100)).toMatchObject({ attempts: 40, each: 2, watched: plan.watched });
});

it("a rare one a few times, and then it is watched for as long as the plan says", () => {
  expect(budget([900, 4], 1000, 1000)).toMatchObject({ attempts: 8, watched: plan.watched });
});

it("one of a million is watched for until it should have come with 95 %, or twice as long as its attempts took", () => {
  expect(budget([2], 2_000_000, 1000).watched).toEqual({ runs: 3_000_000, timeoutMs: 4_000_000 });
});

it("a child's crash is looked for once where every attempt exits so, and more often where few do", () => {
  const looks = (count: number): number => childBudget([{ count }], { attempts: 100 }, plan).attempts;
  expect([100, 50, 1].map(looks)).toEqual([1, 5, 8]);
  expect(childBudget([{ count: 9 }], { attempts: 9 }, { ...plan, perSignature: 0 }).each).toBe(0);
});
