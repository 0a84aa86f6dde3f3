import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { reproduce, type ProgressEvent } from "../../src/index.js";
import { folderOf } from "../commands/command-line.js";

const CRASH = { source: "int main(void) { __builtin_trap(); }\n", language: "c" } as const;
const CHEAP = { environments: ["glibc-2.36"], captures: 0 };

test("a program in a string is reproduced, and the campaign kept in the folder", async () => {
  const folder = await folderOf();
  const before = await inlineFolders();
  const events: ProgressEvent[] = [];
  const { result, folder: kept } = await reproduce({
    ...CHEAP,
    repro: { ...CRASH, name: "trap" },
    runs: 3,
    expect: ["signal=SIGILL"],
    folder,
    onProgress: (event) => events.push(event),
  });
  expect(result.environments).toMatchObject([
    { id: "glibc-2.36", attempts: 3, outcomes: { crash: 3 }, expectation: { met: true } },
  ]);
  expect(result.plan).toMatchObject({ command: "vivarium run trap", repro: { name: "trap" } });
  expect(kept).toBe(join(folder, ".vivarium", "campaigns", result.id));
  expect(await readdir(kept)).toEqual(expect.arrayContaining(["result.json", "report.md"]));
  expect(events.filter(({ kind }) => kind === "attempts").at(-1)).toMatchObject({ done: 3, counted: 3 });
  expect(await inlineFolders()).toEqual(before);
});

test("a wrong request is a Failure, and no engine is asked", async () => {
  const asked = reproduce({
    repro: CRASH,
    runs: 0,
    folder: await folderOf(),
    connect: () => Promise.reject(new Error("an engine was asked for")),
  });
  await expect(asked).rejects.toMatchObject({ name: "Failure", kind: "request", exitCode: 2 });
});

test("an abort keeps what was measured, and the campaign goes on from there", async () => {
  const folder = await folderOf();
  const stop = new AbortController();
  const { result } = await reproduce({
    ...CHEAP,
    repro: CRASH,
    runs: 5000,
    folder,
    signal: stop.signal,
    onProgress: (event) => {
      if (event.kind === "attempts" && event.done > 0) stop.abort();
    },
  });
  expect(result.complete).toBe(false);
  const done = result.environments[0]?.attempts ?? 0;
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(5000);
  const { result: whole } = await reproduce({ resume: "latest", folder });
  expect(whole).toMatchObject({ id: result.id, complete: true, environments: [{ attempts: 5000 }] });
});

async function inlineFolders(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith("vivarium-inline-")).sort();
}
