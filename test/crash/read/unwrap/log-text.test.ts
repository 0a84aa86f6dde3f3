import fc from "fast-check";
import { expect, test } from "vitest";
import { plainText } from "../../../../src/crash/read/unwrap/unwrap.js";

/** Some thousand lines, so that a text has many pieces. */
const lines = fc
  .array(fc.stringMatching(/^[ -~éü“世界]{0,60}$/), { minLength: 1, maxLength: 40 })
  .map((some) => Array.from({ length: 80 }, () => some).flat());

test("the lines of a log are the same in pieces, from text as from bytes", () => {
  fc.assert(
    fc.property(lines, fc.constantFrom("\n", "\r\n"), (some, end) => {
      const text = some.join(end);
      expect([...plainText(text).lines()]).toEqual(some);
      expect([...plainText(Buffer.from(text)).lines()]).toEqual(some);
      expect([...plainText(Buffer.from(`\ufeff${text}`, "utf16le")).lines()]).toEqual(some);
    }),
    { numRuns: 30 },
  );
});

test("carriage returns alone end the lines of UTF-16, whatever bytes its characters have", () => {
  const text = "\ufeff《a\rb";
  expect([...plainText(Buffer.from(text, "utf16le")).lines()]).toEqual(["《a", "b"]);
});

test.each([
  ["nothing", "", [""]],
  ["a newline at its end", "a\n", ["a", ""]],
  ["carriage returns alone", "a\rb\r", ["a", "b", ""]],
  ["a line longer than a piece", `${"x".repeat(9000)}\ny`, ["x".repeat(8192), "y"]],
])("a log of %s", (_, text, expected) => {
  expect([...plainText(text).lines()]).toEqual(expected);
  expect([...plainText(Buffer.from(text)).lines()]).toEqual(expected);
});
