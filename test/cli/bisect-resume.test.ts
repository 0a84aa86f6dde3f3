import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SearchResult } from "../../src/result/search/search-result.js";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const COMMITS = 12;
const CULPRIT = 8;
let project: string;

const git = (...args: string[]) =>
  execa("git", ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", ...args], {
    cwd: project,
  });

/** Crashes in one run of five, by the clock, from the culprit on. */
const program = (i: number): string => `#include <stdlib.h>
#include <time.h>
int main(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	/* version ${i} */
	${i >= CULPRIT ? "if (now.tv_nsec / 1000 % 5 == 0) abort();" : ""}
	return ${i < 0 ? 1 : 0};
}
`;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "vivarium-project-"));
  await git("init", "-q");
  for (let i = 0; i <= COMMITS; i++) {
    await writeFile(join(project, "crash.c"), program(i));
    await git("add", "crash.c");
    await git("commit", "-q", "-m", `version ${i}`);
    await git("tag", `v${i}`);
  }
});
afterAll(() => rm(project, { recursive: true, force: true }));

/** Questions that a search's journal holds answers to. */
async function answers(): Promise<string[]> {
  const searches = join(project, ".vivarium/searches");
  const [id = ""] = await readdir(searches);
  const text = await readFile(join(searches, id, "journal.jsonl"), "utf8");
  return text.split("\n").filter((line) => line.includes('"t":"answer"'));
}

test("a bisection of commits is interrupted in its middle, goes on, and asks nothing twice", async () => {
  const over = `.@v0..v${COMMITS}`;
  const begun = execa(process.execPath, [CLI, "bisect", "crash.c", "--over", over, "--env", "glibc-2.36"], {
    cwd: project,
    reject: false,
  });
  let said = "";
  begun.stderr.on("data", (piece: Buffer) => {
    said += piece.toString();
    // Both ends are measured, and a commit in the middle was tried.
    if (/[3-9] tried; likeliest/.test(said)) begun.kill("SIGINT");
  });
  const stopped = await begun;
  expect({ code: stopped.exitCode, said }).toMatchObject({ code: 130 });
  expect(said).toMatch(/vivarium bisect --resume \S+-bisect-\S+/);
  const before = await answers();
  expect(before.length).toBeGreaterThanOrEqual(3);

  // The branch moves on meanwhile: the range is what it was.
  await git("tag", "-f", `v${COMMITS}`, "v2");
  const resumed = await execa(
    process.execPath,
    [CLI, "bisect", "--resume", "latest", "--json", "--progress", "none"],
    { cwd: project, reject: false },
  );
  expect({ code: resumed.exitCode, said: resumed.stderr }).toMatchObject({ code: 0 });
  const result = JSON.parse(resumed.stdout) as SearchResult;
  expect(result).toMatchObject({
    complete: true,
    verdict: "found",
    details: { named: [{ title: `version ${CULPRIT}` }], confirmation: { confirmed: true } },
  });
  expect((await answers()).slice(0, before.length)).toEqual(before);
  expect(result.cost.builds).toBeLessThanOrEqual(7);
}, 300_000);
