import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outputPattern, patternFault } from "../../src/manifest/output-pattern.js";

describe("a manifest's output pattern", () => {
  it.each([
    ["^b$", "a\nb\nc", true],
    ["fatal error: .*stack", "runtime: x\nfatal error: out of stack\n", true],
    ["\\u0041\\/b", "A/b", true],
    ["(?<name>é)", "é", true],
    ["a{3}", "aa", false],
  ])("%s", (pattern, text, hit) => {
    expect(outputPattern(pattern).test(text)).toBe(hit);
  });

  it("matches as JavaScript does where both know the pattern", () => {
    const atom = fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "\\d", "^", "$", "(a|b)", "\\n");
    const pattern = fc.array(fc.tuple(atom, fc.constantFrom("", "?", "{1,2}")), { maxLength: 6 });
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[ab1\n]{0,12}$/), (parts, text) => {
        // Only an atom that takes a character may be repeated.
        const source = parts
          .map(([atom, times]) => (atom === "^" || atom === "$" ? atom : atom + times))
          .join("");
        expect(outputPattern(source).test(text)).toBe(new RegExp(source, "mu").test(text));
      }),
    );
  });

  it("refuses what cannot be matched in linear time, and says so", () => {
    for (const pattern of ["(?=a)", "(?<!a)b", "(a)\\1", "(", "((a{100}){100}){100}", "a".repeat(1001)]) {
      expect(patternFault(pattern)).toMatch(/regular expression/);
    }
  });

  // With a backtracking matcher the first of these would outlive the test's own limit by centuries.
  it("ends on patterns that explode when they backtrack", () => {
    expect(outputPattern("(a+)+$").test(`${"a".repeat(65_000)}!`)).toBe(false);
    expect(outputPattern("(x+x+)+y").test("x".repeat(65_536))).toBe(false);
  });

  it("is tried on the end of a long output", () => {
    expect(outputPattern("^last$").test(`${"x\n".repeat(100_000)}last`)).toBe(true);
  });
});
