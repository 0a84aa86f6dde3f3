import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
let repository: string;

beforeAll(async () => {
  repository = await mkdtemp(join(tmpdir(), "vivarium-bisect-"));
});
afterAll(() => rm(repository, { recursive: true, force: true }));

const git = (...args: string[]) =>
  execa("git", ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", ...args], {
    cwd: repository,
  });

const program = (body: string) => `#include <stdlib.h>\nint main(void) { ${body} return 0; }\n`;

test("git bisect run finds the commit that brought a crash, past one that cannot be built", async () => {
  await git("init", "-q");
  const versions = ["", "/* 1 */", "this does not compile", "/* 3 */", "abort();", "abort(); /* 5 */"];
  for (const [i, body] of versions.entries()) {
    await writeFile(join(repository, "crash.c"), program(body));
    await git("add", "crash.c");
    await git("commit", "-q", "-m", `version ${i}`);
  }
  await git("bisect", "start", "HEAD", "HEAD~5");
  const { stdout } = await git(
    "bisect",
    "run",
    process.execPath,
    CLI,
    "run",
    "crash.c",
    "--env",
    "glibc-2.36",
    "--runs",
    "2",
    "--captures",
    "0",
    "--bisect-exit",
    "--progress",
    "none",
  );
  expect(stdout).toContain("is the first bad commit");
  const { stdout: log } = await git("bisect", "log");
  const subjects = (mark: string) =>
    [...log.matchAll(new RegExp(`^# ${mark}: \\[\\w+\\] (.*)$`, "gm"))].map((match) => match[1]);
  expect(subjects("bad")).toContain("version 4");
  expect(subjects("good")).toContain("version 3");
  expect(subjects("skip")).toEqual(["version 2"]);
});
