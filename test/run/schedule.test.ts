import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NumberRanges } from "../../src/run/state/number-ranges.js";
import { Schedule, type Admission, type Block } from "../../src/run/schedule.js";

const shape = fc.record({
  cells: fc.integer({ min: 1, max: 5 }),
  limit: fc.integer({ min: 1, max: 60 }),
  block: fc.integer({ min: 1, max: 20 }),
  parallel: fc.integer({ min: 1, max: 8 }),
  seed: fc.integer(),
});
const go = (): Admission => "go";

function rangesOf(
  cells: number,
  done: (cell: number, number: number) => boolean,
  limit: number,
): NumberRanges[] {
  return Array.from({ length: cells }, (_, cell) => {
    const ranges = new NumberRanges();
    for (let number = 1; number <= limit; number++) if (done(cell, number)) ranges.add(number);
    return ranges;
  });
}

function drain(
  schedule: Schedule,
  admit: (cell: number, number: number) => Admission = go,
  most = 10_000,
): Block[] {
  const blocks: Block[] = [];
  for (let block; blocks.length < most && (block = schedule.next(admit)) !== null;) blocks.push(block);
  return blocks;
}

function numbersOf(blocks: readonly Block[]): string[] {
  return blocks.flatMap(({ cell, first, count }) =>
    Array.from({ length: count }, (_, index) => `${cell}:${first + index}`),
  );
}

describe("the schedule", () => {
  test("gives out every number that is not done exactly once, also where blocks come back", () => {
    fc.assert(
      fc.property(shape, fc.infiniteStream(fc.nat({ max: 9 })), ({ cells, limit, ...rest }, chance) => {
        const skips = new Set<string>();
        const done = rangesOf(
          cells,
          (cell, number) => chance.next().value === 0 && skips.add(`${cell}:${number}`) !== undefined,
          limit,
        );
        const schedule = new Schedule({ done, limit, ...rest });
        const made: Block[] = [];
        for (let block; (block = schedule.next(go)) !== null;) {
          // Some blocks are lost midway; the rest of them comes back.
          const kept = chance.next().value < 3 ? chance.next().value % block.count : block.count;
          made.push({ ...block, count: kept });
          schedule.giveBack({ ...block, first: block.first + kept, count: block.count - kept });
        }
        const all = Array.from({ length: cells }, (_, cell) => cell).flatMap((cell) =>
          Array.from({ length: limit }, (_, index) => `${cell}:${index + 1}`),
        );
        expect(numbersOf(made).sort()).toEqual(all.filter((each) => !skips.has(each)).sort());
      }),
    );
  });

  test("depends on the request alone, and another seed gives another order", () => {
    const request = (seed: number) => ({
      done: rangesOf(6, () => false, 0),
      limit: 200,
      block: 10,
      parallel: 2,
      seed,
    });
    const order = (seed: number): number[] => drain(new Schedule(request(seed))).map(({ cell }) => cell);
    expect(order(7)).toEqual(order(7));
    expect(order(7)).not.toEqual(order(8));
  });

  test("gives every cell one block in each round, in every order alike", () => {
    const schedule = new Schedule({
      done: rangesOf(3, () => false, 0),
      limit: 6000,
      block: 1,
      parallel: 1,
      seed: 5,
    });
    const blocks = drain(schedule, go, 18_000);
    const orders = new Map<string, number>();
    for (let round = 0; round < 6000; round++) {
      const cells = blocks.slice(3 * round, 3 * round + 3);
      expect(new Set(cells.map(({ first }) => first))).toEqual(new Set([round + 1]));
      const order = cells.map(({ cell }) => cell).join("");
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    // Each of 6 orders 1000 times; the standard deviation is 29.
    expect(orders.size).toBe(6);
    for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  test("a round does not begin before all blocks of the last are given out", () => {
    const schedule = new Schedule({
      done: rangesOf(2, () => false, 0),
      limit: 40,
      block: 10,
      parallel: 2,
      seed: 1,
    });
    const waits = (cell: number): Admission => (cell === 1 ? "wait" : "go");
    expect(drain(schedule, waits)).toEqual([{ cell: 0, first: 1, count: 10 }]);
    expect(schedule.next(go)).toEqual({ cell: 1, first: 1, count: 10 });
  });

  test("what no cell wants any more is not given out", () => {
    const schedule = new Schedule({
      done: rangesOf(2, () => false, 0),
      limit: Infinity,
      block: 10,
      parallel: 2,
      seed: 1,
    });
    const until30 = (_cell: number, number: number): Admission => (number > 30 ? "never" : "go");
    expect(numbersOf(drain(schedule, until30))).toHaveLength(60);
    schedule.giveBack({ cell: 0, first: 45, count: 5 });
    expect(schedule.next(until30)).toBeNull();
  });

  test("blocks shrink where there is less than one for each worker", () => {
    const schedule = new Schedule({
      done: rangesOf(1, () => false, 0),
      limit: 20,
      block: 50,
      parallel: 2,
      seed: 1,
    });
    expect(drain(schedule)).toEqual([
      { cell: 0, first: 1, count: 10 },
      { cell: 0, first: 11, count: 10 },
    ]);
  });
});
