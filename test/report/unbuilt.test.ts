import { expect, test } from "vitest";
import { html } from "../../src/report/html.js";
import { junit } from "../../src/report/junit.js";
import { DIALECTS } from "../../src/report/markdown/dialect.js";
import { markdown } from "../../src/report/markdown.js";
import { sentenceText } from "../../src/report/sentence.js";
import { terminal } from "../../src/report/terminal.js";
import { unbuilt } from "../../src/report/unbuilt.js";
import type { EnvironmentRecord, Result } from "../../src/result/result.js";
import { sample } from "./samples.js";

const COMPILER = {
  why: "the program does not build:\nmain.c:2:10: fatal error: execinfo.h: No such file or directory",
  remedy: "name the package that has it",
  foreseen: false,
};

/** `one-crash`, with environments beside it whose program could not be built. */
function without(...faults: EnvironmentRecord["notBuilt"][]): Result {
  const result = sample("one-crash");
  const [first] = result.environments as [EnvironmentRecord];
  const others = faults.map((notBuilt, i): EnvironmentRecord => ({
    ...first,
    id: `musl-${i}`,
    notBuilt,
    binary: null,
    rate: null,
    expectation: null,
    attempts: 0,
    outcomes: { crash: 0, exit: 0, timeout: 0, clean: 0 },
    signatures: [],
    outputs: [],
  }));
  return { ...result, environments: [first, ...others] };
}

test("a program that does not build stands under a heading of its own in every report, and is no infrastructure", () => {
  const result = without(COMPILER);
  const said = /fatal error: execinfo\.h: No such file/;
  const text = terminal(result, { color: false });
  expect(text).toMatch(/^musl-0 .* not built$/m);
  expect(text).toMatch(/^Could not be built\n {2}musl-0: the program does not build:\n {4}main\.c:2:10/m);
  expect(text).toContain("    name the package that has it");
  const written = markdown(result, DIALECTS.github);
  expect(written).toMatch(
    /^### Could not be built\n\n`musl-0`: the program does not build:\n\n```text\n.*execinfo/m,
  );
  const page = html(result);
  expect(page).toMatch(/<h2 id="unbuilt-title">Could not be built<\/h2>/);
  for (const report of [text, written, page]) {
    expect(report).toMatch(said);
    expect(report).not.toMatch(/Infrastructure|no verdict|incomplete/i);
  }
  expect(sentenceText(result)).toMatch(/It could not be built on musl-0\.$/);
  expect(junit(result)).toMatch(/errors="1"[^]*<error type="build" message="the program does not build/);
});

test("what was known before is no error", () => {
  const known = { why: "there is no C++ library", remedy: "choose glibc", foreseen: true };
  expect(junit(without(known))).toMatch(
    /errors="0" skipped="1"[^]*<skipped message="there is no C\+\+ library"/,
  );
});

test("environments that say the same are one, and a long build is shown from its first error", () => {
  const lines = Array.from({ length: 40 }, (_, i) => (i === 25 ? "x.c:1: error: no" : `cc -c ${i}.c`));
  const long = { why: ["the program does not build:", ...lines].join("\n"), remedy: null, foreseen: false };
  const [first, second, ...rest] = unbuilt(without(long, COMPILER, long));
  expect(rest).toEqual([]);
  expect(first?.environments).toEqual(["musl-0", "musl-2"]);
  expect(first?.said[0]).toBe("x.c:1: error: no");
  expect(first?.said.at(-1)).toBe("(3 more lines)");
  expect(second?.environments).toEqual(["musl-1"]);
});
