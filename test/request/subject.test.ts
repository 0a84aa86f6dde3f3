import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { requestOf } from "../../src/cli/request-of.js";
import { repeatable } from "../../src/cli/repeatable.js";
import { subjectOf } from "../../src/request/subject.js";
import { parse } from "yaml";
import { folderOf, vivarium } from "../commands/command-line.js";

describe("what a command line names", () => {
  test.each([
    ["nothing", {}, "golang-13470"],
    ["a repro", { repro: "crash.c" }, "crash.c"],
    ["a compiled program", { repro: "a.out", prebuilt: true }, { prebuilt: "a.out" }],
    ["a command", { "--": ["getent", "passwd", 0] }, { command: ["getent", "passwd", "0"] }],
    ["a repro and its arguments", { repro: "crash.c", "--": ["-v"] }, "crash.c"],
  ])("%s", (_what, args, subject) => {
    expect(subjectOf(args)).toEqual(subject);
  });

  test("--prebuilt without a path is refused", () => {
    expect(() => subjectOf({ prebuilt: true })).toThrow("--prebuilt needs the program's path");
  });

  test("words after -- are arguments where a repro is named, after those of --arg", () => {
    const args = { arg: ["a"], repro: "crash.c", "--": ["-v", 3] } as never;
    expect(requestOf(args).run?.args).toEqual(["a", "-v", "3"]);
    expect(requestOf({ "--": ["getent"] } as never).run?.args).toBeUndefined();
  });
});

test("the command line that repeats a campaign keeps a program's own words", () => {
  const argv = ["run", "--json", "--progress", "plain", "crash.c", "--", "--json", "--host"];
  expect(repeatable(argv)).toEqual(["run", "crash.c", "--", "--json", "--host"]);
});

test("a module's folder is planned with its packages, and without what hides or is none", async () => {
  const cwd = await folderOf({
    "go.mod": "module m\n",
    "main.go": "package main\n",
    "pkg/p.go": "package pkg\n",
    "vendor/modules.txt": "",
    ".git/config": "",
    "testdata/x": "",
    "_old/o.go": "",
  });
  const { stdout } = await vivarium(["plan", "."], { cwd });
  expect((parse(stdout) as { build: { sources: string[] } }).build.sources).toEqual([
    "go.mod",
    "main.go",
    "pkg",
    "testdata",
    "vendor",
  ]);
});

test("the state folder keeps itself out of the user's repository, and a .gitignore that is there", async () => {
  const cwd = await folderOf({ "crash.c": "int main(void) { return 0; }\n" });
  const ignore = `${cwd}/.vivarium/.gitignore`;
  await vivarium(["plan", "crash.c"], { cwd });
  expect(await readFile(ignore, "utf8")).toBe("*\n");
  await writeFile(ignore, "campaigns\n");
  await vivarium(["plan", "crash.c"], { cwd });
  expect(await readFile(ignore, "utf8")).toBe("campaigns\n");
});
