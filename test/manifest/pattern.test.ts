import * as fc from "fast-check";
import { expect, it } from "vitest";
import { matchesPattern } from "../../src/manifest/pattern.js";

it("matches as the regular expression that the pattern stands for", () => {
  const text = fc.stringMatching(/^[ab/.]{0,8}$/);
  fc.assert(
    fc.property(fc.stringMatching(/^[ab/.*?]{0,6}$/), text, (pattern, name) => {
      const source = pattern.replaceAll(".", "\\.").replaceAll("*", "[^/]*").replaceAll("?", "[^/]");
      expect(matchesPattern(pattern, name)).toBe(new RegExp(`^${source}$`).test(name));
    }),
    { numRuns: 2000 },
  );
});

// As a regular expression, this one would not end in a lifetime.
it("ends on a pattern of a stranger's that backtracking would not end on", () => {
  expect(matchesPattern(`${"*".repeat(40)}x`, "glibc-2.36-".repeat(20))).toBe(false);
});
