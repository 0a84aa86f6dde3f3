import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { shellLine, shellQuote } from "../../src/images/quote.js";

test("plain words stay as they are", () => {
  expect(shellLine(["gcc", "-O2", "-o", "/opt/x", "a.c"])).toBe("gcc -O2 -o /opt/x a.c");
  expect(shellQuote("")).toBe("''");
  expect(shellQuote("it's")).toBe(`'it'\\''s'`);
});

test("a real shell reads back what was quoted", () => {
  const text = fc.string({ unit: "binary", maxLength: 20 }).filter((word) => !word.includes("\0"));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (words) => {
      // Lone surrogates have no UTF-8.
      fc.pre(words.every((word) => word.isWellFormed()));
      const out = execFileSync("sh", ["-c", `printf '%s\\0' ${shellLine(words)}`], { encoding: "utf8" });
      expect(out.split("\0").slice(0, -1)).toEqual(words);
    }),
    { numRuns: 50 },
  );
});
