import { expect, test } from "vitest";
import type { Binary } from "../../src/images/binary.js";
import type { Cell } from "../../src/plan/plan.js";
import { companionsOf } from "../../src/result/companions.js";

type Build = Partial<Cell["build"]>;

function companions(build: Build, compiler: string, packages: Record<string, string> = {}): string[] {
  const cell = {
    build: { language: "c", cc: "gcc", cgo: true, ...build },
    run: {},
    builtIn: { image: "bookworm" },
  } as Cell;
  const facts = { compiler, packages };
  return companionsOf(cell, { builtIn: facts, ranOn: facts } as unknown as Binary).map(({ value }) => value);
}

test.each<[string, Build, string, Record<string, string>, string[]]>([
  ["a compiler's date is not its version", {}, "gcc (Debian 10.2.1-6) 10.2.1 20210110", {}, ["gcc 10.2.1"]],
  ["gcc", {}, "gcc (Debian 12.2.0-14+deb12u1) 12.2.0", {}, ["gcc 12.2.0"]],
  ["clang", { cc: "clang" }, "Debian clang version 14.0.6", {}, ["clang 14.0.6"]],
  [
    "a language's own compiler, and not the tools around it",
    { language: "rust", packages: ["cargo", "pkg-config", "rustc"] },
    "gcc (Debian 12.2.0-14) 12.2.0",
    { cargo: "0.66.0+ds1-1", "pkg-config": "1.8.1-1", rustc: "1.63.0+dfsg1-2" },
    ["rustc 1.63.0"],
  ],
  [
    "a library that the repro asks for",
    { packages: ["make", "zlib1g-dev"] },
    "gcc (Debian 12.2.0-14) 12.2.0",
    { make: "4.3-4.1", "zlib1g-dev": "1:1.2.13.dfsg-1" },
    ["gcc 12.2.0", "zlib1g-dev 1.2.13.dfsg"],
  ],
  ["Go without C", { language: "go", cgo: false }, "gcc (Debian 12.2.0-14) 12.2.0", {}, []],
  ["a program that was compiled elsewhere", { language: "prebuilt" }, "gcc 12.2.0", {}, []],
  ["a command of the image", { language: "command" }, "gcc 12.2.0", {}, ["the packages of bookworm"]],
])("what comes with an image: %s", (_, build, compiler, packages, wanted) => {
  expect(companions(build, compiler, packages)).toEqual(wanted);
});
