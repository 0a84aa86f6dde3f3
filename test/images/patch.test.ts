import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { patchedFiles, sourcePatch } from "../../src/images/patch.js";

test("the files that a patch of the shelf changes and creates", () => {
  const patch = new URL("../../repros/golang-13470/patches/net-connect-probe.patch", import.meta.url);
  expect(patchedFiles(readFileSync(patch, "utf8"))).toEqual(["src/net/fd_unix.go", "src/net/probe.go"]);
});

test("times after a path, removed files, and paths with spaces", () => {
  const diff = [
    "diff -u old/src/a b.go new/src/a b.go",
    "--- old/src/a b.go\t2026-01-01 00:00:00.000000000 +0000",
    "+++ new/src/a b.go\t2026-01-02 00:00:00.000000000 +0000",
    "@@ -1 +1 @@",
    "-x",
    "+y",
    "--- a/src/gone.go",
    "+++ /dev/null",
  ].join("\n");
  expect(patchedFiles(diff)).toEqual(["src/a b.go", "src/gone.go"]);
});

test("a line of a hunk that looks like a header is none", () => {
  expect(patchedFiles("--- a/x\n+++ b/x\n@@ -1,2 +1,1 @@\n--- a comment in SQL\n context\n")).toEqual(["x"]);
});

test("text that is no diff names no files", () => {
  expect(patchedFiles("hello\n")).toEqual([]);
});

const DIFF = "--- a/lib/src/main.c\n+++ b/lib/src/main.c\n@@ -1 +1 @@\n-x\n+y\n";

test.each([
  [["main.c"], 3, ["main.c"]],
  [["src/main.c", "main.h"], 2, ["src/main.c"]],
  [["lib/src/main.c"], 1, ["lib/src/main.c"]],
])("a diff of a whole project over a repro with %j", (sources, strip, files) => {
  expect(sourcePatch("fix.diff", DIFF, sources)).toEqual({ path: "fix.diff", strip, files });
});

test("a diff without folders changes the file that it names", () => {
  const diff = "--- main.c.orig\n+++ main.c\n@@ -1 +1 @@\n-x\n+y\n";
  expect(sourcePatch("fix.diff", diff, ["main.c"])).toMatchObject({ strip: 0, files: ["main.c"] });
});

test("a patch of something else than the repro is refused, and one that leads out of it", () => {
  expect(() => sourcePatch("fix.diff", DIFF, ["other.c"])).toThrow(
    /changes lib\/src\/main.c, and the program has/,
  );
  const out = DIFF + "--- a/lib/src/../../etc/passwd\n+++ b/lib/src/../../etc/passwd\n@@ -1 +1 @@\n-x\n+y\n";
  expect(() => sourcePatch("fix.diff", out, ["src/main.c"])).toThrow(/outside of the repro/);
  expect(() => sourcePatch("fix.diff", "hello", ["main.c"])).toThrow(/no unified diff/);
});

test("a diff that was made in a folder of the repro is refused with the file that it means, where that is one", () => {
  const diff = "--- main.c.orig\n+++ main.c\n@@ -1 +1 @@\n-x\n+y\n";
  const remedy = (sources: readonly string[]): unknown => {
    try {
      return sourcePatch("fix.diff", diff, sources);
    } catch (error) {
      return (error as { remedy: string }).remedy;
    }
  };
  expect(remedy(["Makefile", "src/main.c"])).toBe(
    "make the diff in the folder of the repro, so that it names src/main.c",
  );
  expect(remedy(["a/main.c", "b/main.c"])).toMatch(/^name a diff of the program's own sources/);
});
