import { expect, test } from "vitest";
import { joinedValues } from "../../../src/cli/command-line/joined-values.js";

test.each([
  [
    "flags in quotes, as people type them",
    ["run", "--cflags", "-O2 -D_FORTIFY_SOURCE=2"],
    ["run", "--cflags=-O2 -D_FORTIFY_SOURCE=2"],
  ],
  ["one flag", ["run", "--ldflags", "-lm", "x.c"], ["run", "--ldflags=-lm", "x.c"]],
  ["long flags in quotes", ["run", "--goflags", "--tags a"], ["run", "--goflags=--tags a"]],
  ["a value that was forgotten", ["run", "--cflags", "--runs", "3"], ["run", "--cflags", "--runs", "3"]],
  [
    "a value that was forgotten before a short option",
    ["run", "--cflags", "-n", "3"],
    ["run", "--cflags", "-n", "3"],
  ],
  ["other options", ["run", "--timeout", "-O2"], ["run", "--timeout", "-O2"]],
  ["the words of a command", ["run", "--", "cc", "--cflags", "-O2"], ["run", "--", "cc", "--cflags", "-O2"]],
])("%s", (_, typed, read) => {
  expect(joinedValues(typed)).toEqual(read);
});
