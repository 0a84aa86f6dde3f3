import fc from "fast-check";
import { expect, test } from "vitest";
import { keyOf } from "../../src/plan/key.js";

test("the order in which fields were written does not matter, that of a list does", () => {
  expect(keyOf({ a: 1, b: { c: [1, 2], d: null } })).toBe(keyOf({ b: { d: null, c: [1, 2] }, a: 1 }));
  expect(keyOf([1, 2])).not.toBe(keyOf([2, 1]));
});

test("an absent field and an undefined one are the same", () => {
  expect(keyOf({ a: 1 })).toBe(keyOf({ a: 1, b: undefined }));
});

test("values that differ have keys that differ", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
      expect(keyOf(a as never) === keyOf(b as never)).toBe(same);
    }),
  );
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { object: fields.map(([key, item]) => [key, sorted(item)]) };
}
