import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { linkWarnings } from "../../../src/images/recipe/link-warnings.js";

const output = readFileSync(new URL("../../corpus/link-warnings/go-static.txt", import.meta.url), "utf8");

test("the linker's words on functions that load modules, each with the function that calls it", () => {
  const found = linkWarnings(output.split("\n"));
  expect(found).toHaveLength(2);
  expect(found[0]).toBe(
    "/usr/bin/ld: /tmp/go-link-…/000023.o: in function `mygetgrouplist':\n" +
      "/_/os/user/getgrouplist_unix.go:15: warning: Using 'getgrouplist' in statically linked applications requires " +
      "at runtime the shared libraries from the glibc version used for linking",
  );
});

test("a compiler's warning is not the linker's", () => {
  expect(linkWarnings(["main.c:3:5: warning: unused variable 'x' [-Wunused-variable]"])).toEqual([]);
});

test("a warning of the linker that names no function is kept alone", () => {
  const line = "/usr/bin/ld: warning: a.o: missing .note.GNU-stack section implies executable stack";
  expect(linkWarnings(["a.c: In function 'main':", line, line])).toEqual([line]);
});
