import fc from "fast-check";
import { expect, test } from "vitest";
import { NumberRanges } from "../../../src/run/state/number-ranges.js";

const number = fc.integer({ min: 1, max: 60 });

test("is the set of the numbers that were added", () => {
  fc.assert(
    fc.property(fc.array(number), (added) => {
      const ranges = new NumberRanges();
      const model = new Set<number>();
      for (const each of added) {
        expect(ranges.add(each)).toBe(!model.has(each));
        model.add(each);
      }
      for (let each = 1; each <= 61; each++) expect(ranges.has(each)).toBe(model.has(each));
    }),
  );
});

test("takes a range whole, or where any of it is in already, not at all", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(number, fc.nat({ max: 9 }))), (added) => {
      const ranges = new NumberRanges();
      const model = new Set<number>();
      for (const [first, more] of added) {
        const all = Array.from({ length: more + 1 }, (_, index) => first + index);
        const fits = all.every((each) => !model.has(each));
        expect(ranges.addRange(first, first + more)).toBe(fits);
        if (fits) for (const each of all) model.add(each);
      }
      for (let each = 1; each <= 70; each++) expect(ranges.has(each)).toBe(model.has(each));
    }),
  );
});

test("tells what is missing, in ranges that cannot be joined", () => {
  fc.assert(
    fc.property(fc.array(number), number, number, (added, a, b) => {
      const ranges = new NumberRanges();
      for (const each of added) ranges.add(each);
      const [first, last] = [Math.min(a, b), Math.max(a, b)];
      const missing = ranges.missing({ first, last });
      const numbers = missing.flatMap((gap) =>
        Array.from({ length: gap.last - gap.first + 1 }, (_, index) => gap.first + index),
      );
      const wanted = Array.from({ length: last - first + 1 }, (_, index) => first + index);
      expect(numbers).toEqual(wanted.filter((each) => !added.includes(each)));
      missing.slice(1).forEach((gap, index) => expect(gap.first).toBeGreaterThan(missing[index]!.last + 1));
    }),
  );
});
