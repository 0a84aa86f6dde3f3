import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smallest } from "../../../src/run/scheduled/smallest.js";

/** Drives the search with an answer for each list, and counts what was asked. */
function drive<T>(all: readonly T[], fails: (list: readonly T[]) => boolean) {
  const search = smallest(all);
  let asked = 0;
  let step = search.next();
  while (step.done !== true) {
    asked++;
    step = search.next(fails(step.value));
  }
  return { list: step.value, asked };
}

describe("the smallest list that a failure comes of", () => {
  it("keeps just what is needed, in its order, wherever it lies", () => {
    const cases = fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(cases, (needed) => {
        const all = Array.from({ length: 61 }, (_, i) => i);
        const { list } = drive(all, (tried) => needed.every((each) => tried.includes(each)));
        expect(list).toEqual([...needed].sort((a, b) => a - b));
      }),
    );
  });

  it("is a list from which no single part can go, whatever the failure depends on", () => {
    const failures = fc.array(fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 3 }), { minLength: 1 });
    fc.assert(
      fc.property(failures, (sets) => {
        const all = Array.from({ length: 21 }, (_, i) => i);
        const fails = (tried: readonly number[]): boolean =>
          sets.some((set) => set.every((each) => tried.includes(each)));
        const { list } = drive(all, fails);
        expect(fails(list)).toBe(true);
        for (const left of list) expect(fails(list.filter((each) => each !== left))).toBe(false);
      }),
    );
  });

  it("asks no more often than the list's length squared, and a few times for one part of a thousand", () => {
    const all = Array.from({ length: 1000 }, (_, i) => i);
    expect(drive(all, (tried) => tried.includes(617)).asked).toBeLessThan(60);
  });

  it("is empty where the failure comes of nothing", () => {
    expect(drive([1, 2, 3], () => true)).toEqual({ list: [], asked: 1 });
  });
});
