import { expect, test } from "vitest";
import type { Result } from "../../src/result/result.js";
import { folderOf, vivarium } from "../commands/command-line.js";
import { ask, containersNamed } from "../docker/raw.js";

/**
 * The main job on Podman's socket, from nothing: an empty store, so that images are bootstrapped, imported and built by Podman.
 * docs/how-to/engines.md lists how it differs from Docker's engine.
 */
const QUIET = ["--base", "bootstrap", "--progress", "none", "--json"];

test("the segfault of golang/go#13470 on glibc, with its evidence, and none on musl", async () => {
  const cwd = await folderOf();
  const argv = ["run", "golang-13470", "--runs", "20", ...QUIET];
  const { code, stdout, stderr } = await vivarium(argv, { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { environments, infra } = JSON.parse(stdout) as Result;
  expect(infra).toEqual([]);
  expect(environments).toMatchObject([
    {
      id: "glibc-2.36",
      attempts: 20,
      outcomes: { exit: 0, timeout: 0 },
      expectation: { met: true },
      host: { engine: expect.stringMatching(/^Podman \d/) },
      signatures: [{ signal: "SIGSEGV", evidence: { siginfo: { address: "0xe5" } } }],
    },
    { id: "musl-1.2.3", outcomes: { crash: 0, clean: 20 }, expectation: { met: true }, signatures: [] },
  ]);
  // Which thread makes the lookup is the scheduler's affair: on the one that loaded the library an attempt in fifty ends clean here.
  expect(environments[0]?.outcomes.crash).toBeGreaterThanOrEqual(15);
  const frames = environments[0]?.signatures[0]?.evidence.threads.flatMap((each) => each.frames) ?? [];
  expect(frames.map((frame) => frame.function)).toContain("internal_getpwuid_r");
  expect(await containersNamed("")).toEqual([]);
});

test("doctor looks at everything, with images there", async () => {
  const { code, stdout } = await vivarium(["doctor", "--json"]);
  const { checks } = JSON.parse(stdout) as { checks: { name: string; status: string }[] };
  expect(checks.filter(({ status }) => status === "failed" || status === "skipped")).toEqual([]);
  expect(code).toBe(0);
});

test("a program that does not compile is told with the compiler's words", async () => {
  const cwd = await folderOf({ "broken.c": "int main(void) { return nowhere; }\n" });
  const { code, stderr } = await vivarium(["run", "broken.c", "--env", "glibc-2.36", ...QUIET], { cwd });
  expect(code).toBe(2);
  expect(stderr).toMatch(/nowhere.*undeclared/);
});

test("a time limit, an exit status and a signal are told apart", async () => {
  const c = `#include <signal.h>
#include <unistd.h>
int main(int count, char **words) {
  switch (words[1][0]) {
    case 'h': for (;;) pause();
    case 'e': return 139;
    default: return raise(SIGSEGV);
  }
}
`;
  const cwd = await folderOf({ "ends.c": c });
  const outcomes: unknown[] = [];
  for (const how of ["hang", "exit", "signal"]) {
    const { stdout } = await vivarium(
      ["run", "ends.c", "--env", "glibc-2.36", "--runs", "2", "--captures", "0", "--timeout", "1s"].concat(
        ["--arg", how],
        QUIET,
      ),
      { cwd },
    );
    outcomes.push((JSON.parse(stdout) as Result).environments[0]?.outcomes);
  }
  expect(outcomes).toEqual([
    { crash: 0, exit: 0, timeout: 2, clean: 0 },
    { crash: 0, exit: 2, timeout: 0, clean: 0 },
    { crash: 2, exit: 0, timeout: 0, clean: 0 },
  ]);
});

test("clean removes all that was made here", async () => {
  const { code, stderr } = await vivarium(["clean", "--all", "--yes"], { cwd: await folderOf() });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const { body } = await ask("GET", "/images/json");
  const tags = (body as { RepoTags: string[] | null }[]).flatMap(({ RepoTags }) => RepoTags ?? []);
  expect(tags.filter((tag) => /\/vivarium\//.test(tag))).toEqual([]);
});
