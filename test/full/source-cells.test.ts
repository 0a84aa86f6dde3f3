import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Result } from "../../src/result/result.js";
import { vivarium } from "../commands/command-line.js";
import { scratch } from "../scratch.js";

/** Repros of the shelf that a family of libc decides: their expectations name it. */
function decidedBy(family: string): string[] {
  const names = readdirSync("repros");
  return names.filter((name) => readFileSync(`repros/${name}/repro.yaml`, "utf8").includes(`${family}-`));
}

const cwd = scratch("cells");

/** How a libc behaves, as far as one built anew must behave the same: how attempts ended and by which signal, not frames' files. */
async function cells(repro: string, name: string, suite: string, own: string): Promise<void> {
  const source = ["--source", `${name}=deb:${suite}`, "--build-on", suite];
  const words = ["run", repro, ...source, "--env", `${name}@${suite},${own}`, "--runs", "20"];
  const { stdout, stderr } = await vivarium([...words, "--json", "--progress", "none"], { cwd });
  expect(stderr).not.toMatch(/could not be built/);
  const { environments: records } = Result.parse(JSON.parse(stdout));
  const [fromSource, ofSuite] = records.map(({ attempts, outcomes, signatures }) => ({
    attempts,
    ended: Object.entries(outcomes)
      .filter(([, count]) => count > 0)
      .map(([name]) => name),
    signals: [...new Set(signatures.map(({ evidence }) => evidence?.siginfo?.signal ?? null))],
  }));
  expect(fromSource).toEqual(ofSuite);
}

describe.each([
  ["bookworm", "musl-1.2.3"],
  ["trixie", "musl-1.2.5"],
  ["sid", "musl-1.2.6"],
])("musl from the source package of %s", (suite, own) => {
  test.each(decidedBy("musl"))("behaves as the suite's own on %s", (repro) =>
    cells(repro, "musl", suite, own),
  );
});

describe("glibc 2.36 from bookworm's source package", () => {
  test.each(["golang-13470", "glibc-19341", "glibc-31997"])("behaves as bookworm's own on %s", (repro) =>
    cells(repro, "glibc", "bookworm", "glibc-2.36"),
  );
});
