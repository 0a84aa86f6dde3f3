import { expect, test } from "vitest";
import { judgeParts } from "../../../src/search/ablate/verdict.js";
import type { PartAnswer } from "../../../src/search/ablate/part-answer.js";
import { AblateStrategy } from "../../../src/search/ablate/strategy.js";

const WHOLE = { attempts: 100, counted: 100 };

function answer(counted: number, more: Partial<PartAnswer> = {}): PartAnswer {
  return { refused: null, attempts: 25, counted, others: [], otherCrash: null, ...more };
}

function verdicts(answers: readonly (PartAnswer | null)[], whole = WHOLE) {
  return judgeParts(answers, whole).map((judged) => judged?.verdict ?? null);
}

test("says of each part what the crash does without it", () => {
  const others = [{ what: "crash SIGABRT", outcome: "crash" as const, count: 25 }];
  expect(
    verdicts([
      answer(0),
      answer(3),
      answer(25),
      answer(0, { others }),
      answer(25, { otherCrash: "SIGSEGV in main" }),
      answer(0, { refused: "does not compile", attempts: 0 }),
      null,
    ]),
  ).toEqual([
    "needed",
    "makes it likelier",
    "no difference shown",
    "changes the crash",
    "changes the crash",
    "cannot be built without",
    null,
  ]);
});

test("a part without which it crashes more often holds it back", () => {
  expect(verdicts([answer(25)], { attempts: 100, counted: 5 })).toEqual(["holds it back"]);
});

test("says how high a rate is excluded, and only where nothing crashed", () => {
  const [none, some] = judgeParts([answer(0), answer(1)], WHOLE);
  expect(none?.excludedAbove).toBeCloseTo(1 - 0.05 ** (1 / 25), 10);
  expect(some?.excludedAbove).toBeNull();
});

test("a flaky crash that did not come in a few attempts is no proof", () => {
  expect(verdicts([answer(0)], { attempts: 100, counted: 5 })).toEqual(["no difference shown"]);
});

test("corrects for the number of parts: one of many chances is none", () => {
  const whole = { attempts: 25, counted: 12 };
  const lucky = answer(4);
  expect(verdicts([lucky], whole)).toEqual(["makes it likelier"]);
  expect(verdicts([lucky, ...Array.from({ length: 30 }, () => answer(12))], whole)[0]).toBe(
    "no difference shown",
  );
});

test("asks for every part once, in its groups, and ends", () => {
  const strategy = new AblateStrategy([[0, 1], [2]], 3);
  const first = strategy.next(strategy.initial, []);
  expect(first).toMatchObject({ kind: "ask", asks: [{ parts: [0, 1] }, { parts: [2] }] });
  const half = strategy.take(
    strategy.initial,
    { parts: [0, 1] },
    { parts: [answer(0), answer(25)], whole: WHOLE },
  );
  expect(strategy.next(half, [])).toMatchObject({ kind: "ask", asks: [{ parts: [2] }] });
  const done = strategy.take(half, { parts: [2] }, { parts: [answer(1)], whole: WHOLE });
  expect(strategy.next(done, []).kind).toBe("done");
  expect(done.whole).toEqual({ attempts: 200, counted: 200 });
});
