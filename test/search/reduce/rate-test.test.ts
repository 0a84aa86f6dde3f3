import { expect, test } from "vitest";
import { xorshift128plus } from "pure-rand/generator/xorshift128plus";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import {
  answerOf,
  cleanAttempts,
  expectedAttempts,
  raised,
  rateQuestion,
} from "../../../src/search/reduce/rate-test.js";

/** How often, of `trials`, what crashes at `rate` is kept; and the attempts that it took on average. */
function played(question: ReturnType<typeof rateQuestion>, rate: number, trials: number, seed: number) {
  const random = xorshift128plus(seed);
  let kept = 0;
  let made = 0;
  for (let trial = 0; trial < trials; trial++) {
    for (let attempts = 1, counted = 0; ; attempts++) {
      if (uniformFloat64(random) < rate) counted++;
      const answer = answerOf(question, attempts, counted);
      if (answer === null) continue;
      if (answer === "keep") kept++;
      made += attempts;
      break;
    }
  }
  return { kept: kept / trials, attempts: made / trials };
}

test.each([1, 0.3, 0.05, 0.02])(
  "keeps a program that crashes at %f, and drops one that crashes half as often",
  (rate) => {
    const question = rateQuestion(rate, { attemptMs: 1, budgetMs: 1000 });
    // Twice the stated errors: the bounds are Wald's approximations, and the trials are finite.
    expect(played(question, Math.min(rate, 0.999), 1000, 1).kept).toBeGreaterThan(1 - 2 * question.falseDrop);
    expect(played(question, question.below, 1000, 2).kept).toBeLessThan(2 * question.falseKeep + 0.005);
  },
);

test("drops what never crashes after a few attempts", () => {
  const sure = rateQuestion(1, { attemptMs: 1, budgetMs: 1000 });
  expect(played(sure, 0, 100, 3).attempts).toBeLessThan(5);
  const rare = rateQuestion(0.02, { attemptMs: 1, budgetMs: 1000 });
  expect(played(rare, 0, 100, 4).attempts).toBeLessThan(350);
});

test("looks more closely where attempts are cheap", () => {
  const cheap = rateQuestion(1, { attemptMs: 1, budgetMs: 1000 });
  const dear = rateQuestion(1, { attemptMs: 500, budgetMs: 1000 });
  expect(cheap.below).toBeGreaterThan(dear.below);
  expect(expectedAttempts(dear, 0.9)).toBeLessThan(expectedAttempts(cheap, 0.9));
});

test("asks for the rate that was asked for", () => {
  expect(rateQuestion(1, { minRate: 0.02, attemptMs: 1, budgetMs: 1000 }).asked).toBe(0.02);
});

test("excludes a rate by so many clean attempts that its error is the stated one", () => {
  const attempts = cleanAttempts(0.05, 0.01);
  expect(0.95 ** attempts).toBeLessThanOrEqual(0.01);
  expect(0.95 ** (attempts - 1)).toBeGreaterThan(0.01);
});

test("asks for half of the rate that the best surely has, where that is more", () => {
  const question = rateQuestion(0.05, { attemptMs: 1, budgetMs: 1000 });
  expect(raised(question, { attempts: 0, counted: 0 })).toBe(question);
  expect(raised(question, { attempts: 100, counted: 6 })).toBe(question);
  const { asked, below } = raised(question, { attempts: 50, counted: 50 });
  expect(asked).toBeGreaterThan(0.4);
  expect(asked).toBeLessThan(0.5);
  expect(below / asked).toBeCloseTo(question.below / question.asked);
});
