import { expect, test } from "vitest";
import { unifiedDiff } from "../../src/text/unified-diff.js";

test("says what changed, with three lines around it", () => {
  const before = ["a", "b", "c", "d", "e", "f", "g", "h", "i", ""].join("\n");
  expect(unifiedDiff("x/y.go", before, before.replace("e\n", "E\nmore\n"))).toBe(
    "--- a/x/y.go\n+++ b/x/y.go\n@@ -2,7 +2,8 @@\n b\n c\n d\n-e\n+E\n+more\n f\n g\n h\n",
  );
  expect(unifiedDiff("x", before, before)).toBe("");
});

test("at the beginning, at the end, and where nothing was", () => {
  expect(unifiedDiff("x", "a\nb\n", "b\n")).toBe("--- a/x\n+++ b/x\n@@ -1,2 +1,1 @@\n-a\n b\n");
  expect(unifiedDiff("x", "a\n", "a\nb\n")).toBe("--- a/x\n+++ b/x\n@@ -1,1 +1,2 @@\n a\n+b\n");
  expect(unifiedDiff("x", "", "a\n")).toBe("--- a/x\n+++ b/x\n@@ -0,0 +1,1 @@\n+a\n");
});
