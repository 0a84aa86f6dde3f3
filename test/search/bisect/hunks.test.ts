import { describe, expect, it } from "vitest";
import { diffOf, hunksOf } from "../../../src/search/bisect/hunks.js";

const DIFF = `diff --git a/a.c b/a.c
--- a/a.c
+++ b/a.c
@@ -1,3 +1,3 @@
 one
-two
+2
 three
@@ -10 +10,2 @@
 ten
+--- eleven
--- a/b.c
+++ b/b.c
@@ -1,2 +1 @@
 x
-y
\\ No newline at end of file
`;

describe("hunks of a diff", () => {
  it("are told apart by their counted lines, not by what a line looks like", () => {
    const hunks = hunksOf(DIFF, "fix.diff");
    expect(hunks.map(({ file }) => file)).toEqual(["a.c", "a.c", "b.c"]);
    expect(hunks[1]?.text).toBe("@@ -10 +10,2 @@\n ten\n+--- eleven".replaceAll("\\\n", "\n"));
  });

  it("make the diff of the first ones, each file's header once", () => {
    const hunks = hunksOf(DIFF, "fix.diff");
    expect(diffOf(hunks.slice(0, 2))).toBe(
      [
        "--- a/a.c",
        "+++ b/a.c",
        "@@ -1,3 +1,3 @@",
        " one",
        "-two",
        "+2",
        " three",
        "@@ -10 +10,2 @@",
        " ten",
        "+--- eleven",
        "",
      ].join("\n"),
    );
    expect(diffOf(hunks)).toContain("--- a/b.c");
  });

  it("are refused where there are none", () => {
    expect(() => hunksOf("no diff\n", "fix.diff")).toThrow("fix.diff: no unified diff");
  });
});
