import { execa } from "execa";
import { beforeAll, expect, test } from "vitest";
import type { Result } from "../../src/result/result.js";
import { ask, containersNamed } from "../docker/raw.js";

/** By an ordinary user, from an empty store: mmdebstrap, the engine and what it runs are all without root's rights. */
const [program = "", ...words] = JSON.parse(process.env["VIVARIUM_AS_USER"] ?? "[]") as string[];
const QUIET = ["--base", "bootstrap", "--progress", "none"];
const GLIBC = ["--env", "glibc-2.36", "--runs", "2", "--captures", "0", "--json", ...QUIET];

interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

async function vivarium(...argv: readonly string[]): Promise<Ended> {
  const { exitCode, stdout, stderr } = await execa(program, [...words, ...argv], { reject: false });
  return { exitCode, stdout, stderr };
}

/** A file in the user's home, where vivarium is run. */
async function file(name: string, content: string): Promise<void> {
  const user = [...words.slice(0, -2), "tee", name];
  await execa(program, user, { input: content });
}

async function run(...argv: readonly string[]): Promise<Result> {
  const { exitCode, stdout, stderr } = await vivarium("run", ...argv);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout) as Result;
}

let result: Result;
beforeAll(async () => {
  result = await run("golang-13470", "--env", "glibc-2.36,musl-1.2.3", "--runs", "20", "--json", ...QUIET);
}, 900_000);

test("the segfault of golang/go#13470 on glibc, with its evidence, and none on musl", () => {
  const { environments, infra } = result;
  expect(infra).toEqual([]);
  expect(environments).toMatchObject([
    {
      id: "glibc-2.36",
      outcomes: { exit: 0, timeout: 0 },
      expectation: { met: true },
      signatures: [{ signal: "SIGSEGV", evidence: { siginfo: { address: "0xe5" }, incomplete: [] } }],
    },
    { id: "musl-1.2.3", outcomes: { crash: 0, clean: 20 }, expectation: { met: true }, signatures: [] },
  ]);
  // Which thread makes the lookup is the scheduler's affair: on the one that loaded the library an attempt in fifty ends clean here.
  expect(environments[0]?.outcomes.crash).toBeGreaterThanOrEqual(15);
  const frames = environments[0]?.signatures[0]?.evidence.threads.flatMap((each) => each.frames) ?? [];
  expect(frames.map((frame) => frame.function)).toContain("internal_getpwuid_r");
});

test("doctor knows it for rootless, and names the limits that are not there as the result does", async () => {
  const { exitCode, stdout } = await vivarium("doctor", "--json");
  expect(exitCode).toBe(0);
  const told = new Map(
    (JSON.parse(stdout) as { checks: { name: string; status: string; found: string }[] }).checks.map(
      (check) => [check.name, check],
    ),
  );
  expect(told.get("engine")?.found).toMatch(/rootless$/);
  for (const name of ["trace", "archive", "platform", "disk"])
    expect(told.get(name)).toMatchObject({ status: "ok" });
  const missing = result.warnings.filter((words) => !words.includes("ran at a time"));
  expect(told.get("limits")?.status).toBe(missing.length === 0 ? "ok" : "warning");
  for (const words of missing) expect(told.get("limits")?.found).toContain(words);
});

test("a hang is ended at its time limit", async () => {
  await file("hang.c", "#include <unistd.h>\nint main(void) { for (;;) pause(); }\n");
  const { environments } = await run("hang.c", "--timeout", "1s", "--expect", "timeout", ...GLIBC);
  expect(environments[0]?.outcomes).toMatchObject({ timeout: 2 });
});

test("a fork bomb meets a limit", async () => {
  await file(
    "forks.c",
    `#include <unistd.h>
int main(void) {
  for (int i = 0; i < 8192; i++) {
    pid_t child = fork();
    if (child < 0) return 3;
    if (child == 0) for (;;) pause();
  }
  return 0;
}
`,
  );
  const { environments } = await run("forks.c", ...GLIBC);
  expect(environments[0]?.outcomes).toMatchObject({ exit: 2, clean: 0 });
});

test("a condition that pins attempts to one processor holds", async () => {
  await file(
    "cpus.c",
    `#define _GNU_SOURCE
#include <sched.h>
int main(void) {
  cpu_set_t cpus;
  sched_getaffinity(0, sizeof cpus, &cpus);
  return CPU_COUNT(&cpus) == 1 ? 3 : 0;
}
`,
  );
  const { environments } = await run("cpus.c", "--perturb", "one-cpu", ...GLIBC);
  const pinned = environments.find(({ id }) => id.endsWith("+one-cpu"));
  expect(pinned?.outcomes).toMatchObject({ exit: 2, clean: 0 });
});

test("a bundle made here is verified here, and clean leaves nothing", async () => {
  expect(await vivarium("bundle", result.id, "--out", "crash.tar.gz")).toMatchObject({ exitCode: 0 });
  expect((await vivarium("verify", "crash.tar.gz", ...QUIET)).stdout).toMatch(/\nverified: /);
  expect(await vivarium("clean", "--all", "--yes")).toMatchObject({ exitCode: 0 });
  expect(await containersNamed("")).toEqual([]);
  const { body } = await ask("GET", "/images/json");
  const tags = (body as { RepoTags: string[] | null }[]).flatMap(({ RepoTags }) => RepoTags ?? []);
  expect(tags.filter((tag) => /^vivarium[-/]/.test(tag) && !tag.startsWith("vivarium-test"))).toEqual([]);
});
