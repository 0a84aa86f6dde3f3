import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { patchedFiles } from "../../src/images/patch.js";

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
