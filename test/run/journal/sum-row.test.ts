import fc from "fast-check";
import { expect, test } from "vitest";
import type { Attempt } from "../../../src/run/attempt.js";
import { asJournaled } from "../../../src/run/journal/attempt-row.js";
import { readSums, sumRow, type SumRow } from "../../../src/run/journal/sum-row.js";
import { RunningSum } from "../../../src/run/state/attempt-sum.js";
import { CellState } from "../../../src/run/state/cell-state.js";
import type { JudgedAttempt } from "../../../src/run/state/tally.js";

const KEYS = ["clean", "clean, otherwise", "SIGSEGV"];
const END = { kind: "runs", runs: 1000 } as const;

/** What is drawn of an attempt; its number is its place. */
const drawn = fc.record({
  key: fc.nat({ max: 2 }),
  startMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
  durationMs: fc.double({ min: 0, max: 1e5, noNaN: true }),
  maxRssKiB: fc.nat({ max: 1e6 }),
  leftovers: fc.nat({ max: 3 }),
  signalsSent: fc.nat({ max: 3 }),
});

type Drawn = typeof drawn extends fc.Arbitrary<infer Value> ? Value : never;

function judged(all: readonly Drawn[]): JudgedAttempt[] {
  const none = { userMs: 0, systemMs: 0, timedOut: false, bytesOut: 0, bytesErr: 0, output: null };
  return all.map(({ key, ...made }, index) => {
    const counted = key === 2;
    const attempt: Attempt = { number: index + 1, status: counted ? 11 : 0, ...none, ...made };
    return {
      attempt: asJournaled(attempt),
      verdict: { key: KEYS[key] as string, outcome: counted ? "crash" : "clean", counted },
    };
  });
}

/** The sums of what does not count, and what does. */
function summed(all: readonly JudgedAttempt[]): { rows: SumRow[]; rest: JudgedAttempt[] } {
  const sums: RunningSum[] = [];
  for (const { attempt, verdict } of all.filter((each) => !each.verdict.counted)) {
    if (sums.at(-1)?.takes(attempt.number, verdict, undefined) !== true)
      sums.push(new RunningSum(attempt.number, verdict, undefined));
    sums.at(-1)?.add(attempt);
  }
  const rows = sums.map((each) => each.sum()).map((sum) => sumRow(sum, KEYS.indexOf(sum.verdict.key)));
  return {
    rows: JSON.parse(JSON.stringify(rows)) as SumRow[],
    rest: all.filter(({ verdict }) => verdict.counted),
  };
}

const byNumber = (key: number): string => KEYS[key] ?? "";

test("a cell is what its attempts made it, whether it took them one by one or as sums", () => {
  fc.assert(
    fc.property(
      fc.array(drawn, { minLength: 1, maxLength: 80 }),
      fc.integer({ min: 1, max: 4 }),
      (all, crashes) => {
        for (const stop of [END, { kind: "until-crashes", crashes, cap: 1000 } as const]) {
          const [one, other] = [new CellState(stop), new CellState(stop)];
          const attempts = judged(all);
          for (const each of attempts) one.add(each);
          const { rows, rest } = summed(attempts);
          for (const each of rest) other.add(each);
          for (const sum of readSums(rows, byNumber, undefined)) other.addSum(sum);
          for (const state of [one, other]) state.settle();
          expect(other.tally.summary()).toEqual(one.tally.summary());
          expect(other.ending).toBe(one.ending);
          expect(other.standing).toEqual(one.standing);
          expect(other.excluded + other.untallied).toBe(one.excluded + one.untallied);
          expect(other.done.missing({ first: 1, last: 100 })).toEqual(
            one.done.missing({ first: 1, last: 100 }),
          );
        }
      },
    ),
  );
});

test("a sum of sums is the sum of all", () => {
  fc.assert(
    fc.property(fc.array(drawn, { minLength: 1, maxLength: 40 }), fc.nat({ max: 40 }), (all, at) => {
      const attempts = judged(all.map((each) => ({ ...each, key: 0 })));
      const verdict = (attempts[0] as JudgedAttempt).verdict;
      const sumOf = (some: readonly JudgedAttempt[], first: number) => {
        const running = new RunningSum(first, verdict, "m1");
        for (const { attempt } of some) running.add(attempt);
        return running;
      };
      const parts = [sumOf(attempts.slice(0, at), 1), sumOf(attempts.slice(at), at + 1)] as const;
      parts[0].addSum(parts[1].sum());
      expect(parts[0].sum()).toEqual(sumOf(attempts, 1).sum());
    }),
  );
});

test("a number that is in a sum cannot be made again", () => {
  const state = new CellState(END);
  const attempts = judged(fc.sample(drawn, { numRuns: 5, seed: 1 }).map((each) => ({ ...each, key: 0 })));
  for (const sum of readSums(summed(attempts).rows, byNumber, undefined)) state.addSum(sum);
  expect(() => state.add(attempts[2] as JudgedAttempt)).toThrow("attempt 3 was made twice");
});

test("what is no sum, or does not add up, is refused", () => {
  const attempts = judged(fc.sample(drawn, { numRuns: 3, seed: 1 }).map((each) => ({ ...each, key: 0 })));
  const [row] = summed(attempts).rows as [SumRow];
  const read = (sum: unknown) => [...readSums([sum], byNumber, undefined)];
  expect(read(row)).toHaveLength(1);
  const bad = [
    { ...row, count: 4 },
    { ...row, count: 0 },
    { ...row, first: Number.MAX_SAFE_INTEGER },
    { ...row, durations: [[1e6, 3]] },
    { ...row, starts: [[0.5, 3]] },
    { ...row, outcome: "other" },
    { ...row, more: 1 },
    [],
  ];
  for (const each of bad) expect(() => read(each)).toThrow(RangeError);
  expect(() => [...readSums("sums", byNumber, undefined)]).toThrow(RangeError);
});
