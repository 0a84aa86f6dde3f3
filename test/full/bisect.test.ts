import { execFileSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { SearchResult } from "../../src/result/search/search-result.js";
import { vivarium } from "../commands/command-line.js";
import { scratch } from "../scratch.js";

const QUIET = ["--progress", "none"];

async function bisect(
  words: readonly string[],
  cwd: string,
): Promise<Pick<SearchResult, "cost" | "answer"> & { named: string[] }> {
  const { stdout, stderr, code } = await vivarium(["bisect", ...words, "--json", ...QUIET], { cwd });
  expect(stderr, stderr).not.toMatch(/^vivarium: /m);
  const { details, cost, answer } = SearchResult.parse(JSON.parse(stdout));
  if (details.kind !== "bisect") throw new Error(`that is ${details.kind}`);
  expect(code, answer.join("\n")).toBe(0);
  expect(details.confirmation?.confirmed).toBe(true);
  // What a figure in the documents is taken from.
  process.stderr.write(
    `${words.join(" ")}: ${cost.attempts} attempts, ${cost.builds} builds, ${cost.ms} ms\n`,
  );
  return { cost, answer, named: details.named.map(({ id }) => id) };
}

/** `VIVARIUM_MUSL=PATH npm run test:full`: a clone of musl that goes as far as 2025. */
const CLONE = process.env.VIVARIUM_MUSL ?? "";

describe.skipIf(CLONE === "")("on the history of musl, in the clone that VIVARIUM_MUSL names", () => {
  test.each([
    ["aligned_alloc", "musl-aligned-alloc", "v1.2.2..v1.2.3", "95a540e176b3ebd57d6033fd23cf9fec8a5ddbe8"],
    [
      "atexit",
      "musl-atexit",
      "v1.2.5..86373b4999bfd9a9379bc4a3ca877b1c80a2a340",
      "9ee6f104075fa6c37bb57a4ef406f3ff290b586c",
    ],
    [
      "aligned_alloc in 5 % of the runs",
      "now-and-then.c",
      "v1.2.2..v1.2.3",
      "95a540e176b3ebd57d6033fd23cf9fec8a5ddbe8",
    ],
  ])("finds the commit that mended %s", async (_, repro, range, commit) => {
    const cwd = scratch("bisect-musl");
    copyFileSync("test/full/bisect/now-and-then.c", join(cwd, "now-and-then.c"));
    const words = [repro, "--over", `musl@${range}`, "--source", `musl=${CLONE}`, "--find", "fixed"];
    const { named, cost } = await bisect(words, cwd);
    expect(named).toEqual([commit]);
    expect(cost.builds).toBeLessThanOrEqual(8);
  });
});

describe("versions of the catalogue", () => {
  test.each([
    ["glibc-19341", "glibc-*", ["glibc-2.41"]],
    ["golang-13470", "glibc-*", ["glibc-2.41"]],
    ["go-43942", "glibc-2.43/go-*", ["glibc-2.43/go-1.19"]],
  ])("%s was mended in %s", async (repro, over, change) => {
    const { named } = await bisect([repro, "--over", over, "--find", "fixed"], scratch("bisect-versions"));
    expect(named).toEqual(change);
  });
});

/** Crashes when a number drawn at random is below what it is given: a race that is lost so often. */
const source = (race: number, other: number, commit: number): string => `#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
/* commit ${commit} */
static uint16_t drawn(void)
{
    uint16_t number = 65535;
    if (getentropy(&number, sizeof number) != 0)
        _exit(2);
    return number;
}

static void shutdown_pool(void)
{
    if (drawn() < ${other})
        abort();
}

static int lose_race(volatile int *shared)
{
    return *shared;
}

int main(void)
{
    if (drawn() < ${race})
        return lose_race(NULL);
    shutdown_pool();
    return 0;
}
`;

describe("a project of 200 commits, of which number 137 adds a crash of one run in a hundred", () => {
  test.each([
    ["and nothing else is wrong", 0],
    ["and one run in a thousand crashes for another reason all the time", 66],
  ])("%s", async (_, other) => {
    const cwd = scratch("bisect-project");
    const git = (input: string, ...words: string[]): string =>
      execFileSync("git", ["-C", cwd, ...words], { input, encoding: "utf8" }).trim();
    git("", "init", "-q", "-b", "main");
    const commits = Array.from({ length: 200 }, (__, i) => {
      const text = source(i + 1 >= 137 ? 655 : 0, other, i + 1);
      const message = `commit ${i + 1}`;
      const who = `committer Test <test@example.org> ${1_700_000_000 + i} +0000`;
      return `commit refs/heads/main\n${who}\ndata ${message.length}\n${message}\nM 100644 inline crash.c\ndata ${text.length}\n${text}\n`;
    });
    git(commits.join(""), "fast-import", "--quiet");
    git("", "reset", "-q", "--hard", "main");
    const { named } = await bisect(["crash.c", "--over", ".@main~199..main"], cwd);
    expect(named).toEqual([git("", "rev-parse", "main~63")]);
  });
});
