import fc from "fast-check";
import { expect, test } from "vitest";
import { xorshift128plus } from "pure-rand/generator/xorshift128plus";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { answerOf, rateQuestion, strict, type RateQuestion } from "../../../src/search/reduce/rate-test.js";
import type { Reducible, ReduceAnswer, ReduceAsk, ReduceState } from "../../../src/search/reduce/state.js";
import { ReduceStrategy } from "../../../src/search/reduce/strategy.js";

/** A program of numbered lines: a change takes a run of them out. */
type Lines = readonly number[];

const lines: Reducible<Lines> = {
  size: (material) => material.length,
  changes: (material) => {
    const changes = [];
    for (let size = Math.ceil(material.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < material.length; at += size) {
        const gone = material.slice(at, at + size);
        changes.push({
          key: gone.join(),
          title: `${size} lines`,
          material: material.filter((line) => !gone.includes(line)),
        });
      }
    }
    return changes;
  },
  apart: (one, other) => !one.key.split(",").some((line) => other.key.split(",").includes(line)),
  together: (material, changes) => {
    const gone = changes.flatMap(({ key }) => key.split(",").map(Number));
    return material.filter((line) => !gone.includes(line));
  },
};

const OPTIONS = { batch: { least: 4, most: 32 }, together: 16, again: 5, maxSweeps: 4 };
/** A chain of lines that each need the next falls a link at a time. */
const TO_THE_END = { ...OPTIONS, maxSweeps: Infinity };

/** Plays a reduction to its end: the state in which it is done. */
function play(
  strategy: ReduceStrategy<Lines>,
  answer: (ask: ReduceAsk<Lines>) => ReduceAnswer,
): { state: ReduceState<Lines>; asks: number } {
  let state = strategy.initial;
  for (let asks = 0; asks < 20_000; asks++) {
    const step = strategy.next(state, []);
    if (step.kind === "done") return { state, asks };
    const [ask] = step.asks;
    if (ask === undefined) throw new Error("it neither asks nor ends");
    state = strategy.take(state, ask, answer(ask));
  }
  throw new Error("it does not end");
}

/** An oracle that is always right: what holds a needed line each of all groups crashes. */
function certain(holds: (material: Lines) => boolean) {
  return (ask: ReduceAsk<Lines>): ReduceAnswer => {
    const refusal = (material: Lines): string | null => (holds(material) ? null : "no");
    if (ask.kind === "probe") return { kind: "probe", refusals: ask.candidates.map(refusal), made: 3 };
    return { kind: ask.kind, refusal: refusal(ask.candidate), attempts: 10, counted: 10, made: 12 };
  };
}

function range(count: number): Lines {
  return Array.from({ length: count }, (_, i) => i);
}

test("finds the lines that matter among 400, in a few dozen questions", () => {
  const needed = [3, 77, 200, 201, 399];
  const strategy = new ReduceStrategy(lines, range(400), OPTIONS);
  const { state, asks } = play(
    strategy,
    certain((material) => needed.every((line) => material.includes(line))),
  );
  expect(state.steps.at(-1)?.material).toEqual(needed);
  expect(asks).toBeLessThan(60);
});

test("while most of a program does not matter, a candidate makes several changes at once", () => {
  // Each line on its own: what a program blown up with junk comes down to.
  const single: Reducible<Lines> = {
    ...lines,
    changes: (material) => lines.changes(material, false).filter(({ key }) => !key.includes(",")),
  };
  const needed = [17, 90, 91, 160];
  const holds = certain((material) => needed.every((line) => material.includes(line)));
  const playedWith = (together: number) =>
    play(new ReduceStrategy(single, range(200), { ...OPTIONS, together }), holds);
  const alone = playedWith(1);
  const many = playedWith(16);
  expect(many.state.steps.at(-1)?.material).toEqual(needed);
  expect(many.state.built).toBeLessThan(alone.state.built / 2);
  expect(many.asks).toBeLessThan(alone.asks / 2);
});

test("attempts of every question are counted, those of candidates that fell too", () => {
  const kinds: string[] = [];
  const answer = certain((material) => material.includes(3));
  const { state } = play(new ReduceStrategy(lines, range(40), OPTIONS), (ask) => {
    kinds.push(ask.kind);
    return answer(ask);
  });
  expect(state.made).toBe(kinds.reduce((sum, kind) => sum + (kind === "probe" ? 3 : 12), 0));
});

test("what is left has no change that holds, whatever depends on what", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(29), fc.nat(29)), { maxLength: 20 }),
      fc.uniqueArray(fc.nat(29), { minLength: 1, maxLength: 4 }),
      (depends, needed) => {
        // A line that is there needs those that it depends on; and the needed ones are needed.
        const holds = (material: Lines): boolean =>
          needed.every((line) => material.includes(line)) &&
          depends.every(([a, b]) => !material.includes(a) || material.includes(b));
        const whole = range(30);
        const { state } = play(new ReduceStrategy(lines, whole, TO_THE_END), certain(holds));
        const left = state.steps.at(-1)?.material ?? [];
        expect(holds(left)).toBe(true);
        for (const line of left) expect(holds(left.filter((each) => each !== line))).toBe(false);
      },
    ),
    { numRuns: 60 },
  );
});

test("goes back to the halves where changes hold alone and not together", () => {
  // Either of the two lines will do.
  const { state } = play(
    new ReduceStrategy(lines, range(40), OPTIONS),
    certain((material) => material.includes(7) || material.includes(31)),
  );
  expect(state.steps.at(-1)?.material).toHaveLength(1);
});

/** An oracle of attempts: the material crashes at a rate, and a sequential test says what that is worth. */
function sampled(rate: (material: Lines) => number, question: RateQuestion, seed: number) {
  const random = xorshift128plus(seed);
  const ask = (material: Lines, asked: RateQuestion) => {
    const crashes = rate(material);
    for (let attempts = 1, counted = 0; ; attempts++) {
      if (uniformFloat64(random) < crashes) counted++;
      const answer = answerOf(asked, attempts, counted);
      if (answer !== null)
        return { refusal: answer === "keep" ? null : "crashes too rarely", attempts, counted };
    }
  };
  return (asked: ReduceAsk<Lines>): ReduceAnswer => {
    if (asked.kind === "probe")
      return {
        kind: "probe",
        refusals: asked.candidates.map((each) => ask(each, question).refusal),
        made: 0,
      };
    return { kind: asked.kind, ...ask(asked.candidate, strict(question)), made: 0 };
  };
}

test("a rate does not slide down over many steps that each take a little of it", () => {
  const whole = range(100);
  const ends = [11, 12, 13].map((seed) => {
    // Each line that goes takes two percent of the rate with it: no line alone is seen, all of them would leave 3 % of 20 %.
    const rate = (material: Lines): number => 0.2 * 0.98 ** (whole.length - material.length);
    const question = rateQuestion(0.2, { attemptMs: 9, budgetMs: 1000 });
    const { state } = play(new ReduceStrategy(lines, whole, OPTIONS), sampled(rate, question, seed));
    return { left: rate(state.steps.at(-1)?.material ?? []), below: question.below };
  });
  for (const { left, below } of ends) expect(left).toBeGreaterThan(below);
});

test("a crash of 1 in 50 is neither lost by bad luck nor kept by good luck", () => {
  const needed = [5, 60, 61];
  for (const seed of [21, 22]) {
    const holds = (material: Lines): boolean => needed.every((line) => material.includes(line));
    const question = rateQuestion(0.02, { attemptMs: 1, budgetMs: 1000 });
    const strategy = new ReduceStrategy(lines, range(64), OPTIONS);
    const { state } = play(
      strategy,
      sampled((material) => (holds(material) ? 0.02 : 0), question, seed),
    );
    const left = state.steps.at(-1)?.material ?? [];
    expect(holds(left)).toBe(true);
    expect(left.length).toBeLessThanOrEqual(6);
  }
});

test("goes on from its journal: the same answers make the same state", () => {
  const answer = certain((material) => material.includes(3) && material.includes(17));
  const journal: { ask: ReduceAsk<Lines>; answer: ReduceAnswer }[] = [];
  const whole = play(new ReduceStrategy(lines, range(60), OPTIONS), (ask) => {
    const found = answer(ask);
    journal.push(JSON.parse(JSON.stringify({ ask, answer: found })) as (typeof journal)[number]);
    return found;
  });
  const again = new ReduceStrategy(lines, range(60), OPTIONS);
  const half = journal.slice(0, Math.floor(journal.length / 2));
  const resumed = half.reduce((state, { ask, answer }) => again.take(state, ask, answer), again.initial);
  const { state } = play(
    { ...again, initial: resumed, next: again.next.bind(again), take: again.take.bind(again) } as never,
    answer,
  );
  expect(state.steps.at(-1)?.material).toEqual(whole.state.steps.at(-1)?.material);
});

test("what is kept and taken back each time is tried in smaller groups, and then no more", () => {
  const doubtful = certain((material) => material.includes(3));
  const { state } = play(new ReduceStrategy(lines, range(40), TO_THE_END), (ask) => {
    // Fresh attempts refuse whatever has lost one of these.
    if (ask.kind !== "again" || [7, 8, 30].every((line) => ask.candidate.includes(line)))
      return doubtful(ask);
    return { kind: "again", refusal: "crashes too rarely", attempts: 100, counted: 1, made: 100 };
  });
  expect(state.steps.at(-1)?.material).toEqual([3, 7, 8, 30]);
  expect(state.dropped).toBeGreaterThan(0);
});

test("the largest changes are each made alone, so that none falls with a small one beside it", () => {
  // Five runs of ten lines, and each of the other lines alone.
  const mixed: Reducible<Lines> = {
    ...lines,
    changes: (material) =>
      [0, 10, 20, 30, 40, ...range(400).slice(50)].map((from) => {
        const gone = range(400).slice(from, from < 50 ? from + 10 : from + 1);
        return {
          key: gone.join(),
          title: `from ${from}`,
          material: material.filter((line) => !gone.includes(line)),
        };
      }),
  };
  const strategy = new ReduceStrategy(mixed, range(400), OPTIONS);
  const step = strategy.next(strategy.initial, []);
  const ask = step.kind === "ask" ? step.asks[0] : undefined;
  if (ask?.kind !== "probe") throw new Error("it begins with no probe");
  expect(ask.titles.slice(0, 2)).toEqual(["from 0", "from 10"]);
  expect(ask.titles[2]).toMatch(/^from 20, from 30, /);
});
