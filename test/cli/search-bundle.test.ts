import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packBundle, unpackBundle } from "../../src/commands/bundle/archive.js";
import type { SearchResult } from "../../src/result/search/search-result.js";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

const PROGRAM = `#include <stdlib.h>
int main(void)
{
#ifdef BUG
	abort();
#endif
	return 0;
}
`;

let root: string;
let made: Buffer;
let result: SearchResult;

const vivarium = (cwd: string, ...args: string[]) =>
  execa(process.execPath, [CLI, ...args, "--progress", "none"], { cwd, reject: false });

async function inEmptyFolder(bundle: Buffer, ...more: string[]) {
  const folder = await mkdtemp(join(root, "empty-"));
  await writeFile(join(folder, "it.tar.gz"), bundle);
  return vivarium(folder, "verify", "it.tar.gz", ...more);
}

/** The bundle with its search's result changed, and its checksums done again. */
async function tampered(change: (result: SearchResult) => SearchResult): Promise<Buffer> {
  const files = new Map(await unpackBundle(made, "made"));
  return packBundle(files.set("result.json", Buffer.from(JSON.stringify(change(result)))));
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "vivarium-search-bundle-"));
  const folder = join(root, "made");
  await mkdir(folder);
  await writeFile(join(folder, "opt.c"), PROGRAM);
  const values = "cflags=-DA,-DA=1,-DA=1 -DBUG,-DB -DBUG";
  const search = await vivarium(
    folder,
    ...["bisect", "opt.c", "--over", values, "--find", "introduced", "--env", "glibc-2.36", "--json"],
  );
  expect({ code: search.exitCode, said: search.stderr }).toMatchObject({ code: 0 });
  result = JSON.parse(search.stdout) as SearchResult;
  expect(await vivarium(folder, "bundle", "latest", "--out", "it.tar.gz")).toMatchObject({
    exitCode: 0,
    stdout: "it.tar.gz",
  });
  made = await readFile(join(folder, "it.tar.gz"));
}, 180_000);
afterAll(() => rm(root, { recursive: true, force: true }));

test("the setting from which on it crashes is named, confirmed, with a command that a shell takes", () => {
  expect(result).toMatchObject({
    verdict: "found",
    complete: true,
    command: `vivarium bisect opt.c --over 'cflags=-DA,-DA=1,-DA=1 -DBUG,-DB -DBUG' --find introduced --env glibc-2.36`,
    details: { named: [{ id: "-DA=1 -DBUG" }], confirmation: { confirmed: true } },
    evidence: [{ role: "with the change" }, { role: "without the change" }],
  });
  expect(result.answer[0]).toMatch(/^`-DA=1 -DBUG` made it crash \(probability > 99\.9 %\); confirmed/);
});

test("its bundle verifies in an empty folder: both campaigns, and what the search says of them", async () => {
  const { exitCode, stdout } = await inEmptyFolder(made);
  expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
  expect(stdout).toMatch(/^with the change: \d+ attempts in each environment$/m);
  expect(stdout).toMatch(/^without the change: \d+ attempts in each environment$/m);
  expect(stdout).toMatch(/^bisect {2}the change makes the difference {2}holds {2}(\d+) of \1 with it, 0 of/m);
  expect(stdout).toMatch(/^verified: every claim that decides holds$/m);
}, 120_000);

describe("refused, before anything runs", () => {
  test("a confirmation that its own counts belie", async () => {
    const bundle = await tampered((search) => {
      const { details } = search;
      if (details.kind !== "bisect" || details.confirmation === null) throw new Error("no confirmation");
      const sides = details.confirmation.sides.map((side) => ({ ...side, counted: 1 }));
      return { ...search, details: { ...details, confirmation: { ...details.confirmation, sides } } };
    });
    const { exitCode, stderr } = await inEmptyFolder(bundle);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("it contradicts itself: its confirmation gives p = 1");
  });

  test("campaigns that are not those of its result", async () => {
    const bundle = await tampered((search) => ({ ...search, evidence: [...search.evidence].reverse() }));
    const { exitCode, stderr } = await inEmptyFolder(bundle);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/its campaign campaigns\/\S+ is not the one that its result speaks of/);
  });
});
