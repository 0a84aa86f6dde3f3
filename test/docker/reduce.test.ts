import { execa } from "execa";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { reduce } from "../../src/search/reduce/reduce.js";
import { benchFor, wholeOf } from "../../src/search/candidate/whole.js";
import { gofmt } from "../../src/search/reduce/gofmt.js";
import { inflateC } from "../search/inflate.js";
import { begunSearch, engine, folder, preparedFor } from "./search-on-engine.js";

/** Crashes where a buffer of 8 MiB does not fit: on musl's thread stacks, and not on glibc's. */
const PROGRAM = `#include <pthread.h>
#include <stdio.h>

static void *deep(void *unused)
{
    volatile char buffer[1024 * 1024];
    buffer[0] = 1;
    buffer[sizeof buffer - 1] = 2;
    return unused;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, deep, NULL) != 0)
        return 2;
    pthread_join(thread, NULL);
    puts("survived");
    return 0;
}
`;
const MANIFEST = `name: deep
title: a thread with more on its stack than musl gives it
language: c
sources: [main.c]
environments: [musl-1.2.3, glibc-2.36]
cflags: [-pthread]
expect:
  - { environment: "musl-*", outcome: crash, signal: SIGSEGV, frame: deep }
  - { outcome: clean, output: survived }
`;

function prepared(name: string, program: string) {
  const files = { "repro.yaml": MANIFEST, "main.c": program };
  return preparedFor("reduce", name, files, { stop: { runs: 5 }, seed: 1, parallel: 2 });
}

test("a program that was blown up comes out small, with the same crash, as a repro of its own", async () => {
  const asPrepared = await prepared("deep", inflateC(PROGRAM, 30));
  const search = await begunSearch("reduce", "deep");
  const output = join(folder, "small");
  try {
    const result = await reduce({
      prepared: asPrepared,
      asked: { contrast: [], output },
      search,
      engine,
      sink: () => undefined,
      signal: new AbortController().signal,
      settings: { base: "auto" },
    });
    if (result.details.kind !== "reduce") throw new Error("that is no reduction");
    expect(result.verdict, result.answer.join("\n")).toBe("found");
    expect(result.details.environment).toBe("musl-1.2.3");
    expect(result.details.contrast).toEqual(["glibc-2.36"]);
    const text = await readFile(join(output, "main.c"), "utf8");
    expect(text).not.toContain("junk");
    expect(text.trim().split("\n").length).toBeLessThanOrEqual(27);
    expect(await readFile(join(output, "repro.yaml"), "utf8")).toContain("frame: deep");
  } finally {
    await search.close();
  }
});

test("what is left of a Go program is written as gofmt writes it", async () => {
  const manifest =
    "name: untidy\ntitle: untidy\nlanguage: go\nsources: [main.go]\nenvironments: [glibc-2.36]\ncgo: false\n";
  const files = { "repro.yaml": manifest, "main.go": 'package main\nfunc main(){\n  panic( "x" ) }\n' };
  const untidy = await preparedFor("reduce", "untidy", files, { seed: 1, parallel: 2 });
  const whole = await wholeOf(untidy);
  const bench = benchFor(whole, untidy, "gofmt-test", { engine, signal: new AbortController().signal });
  const tidied = await gofmt(bench, "glibc-2.36", whole.material);
  expect(tidied.files["main.go"]).toBe('package main\n\nfunc main() {\n\tpanic("x")\n}\n');
  // What is no program stays as it is.
  const broken = { ...whole.material, files: { "main.go": "package main\nfunc {" } };
  expect((await gofmt(bench, "glibc-2.36", broken)).files).toEqual(broken.files);
});

test("a candidate may take as long to build as the whole program does, several times over, and no longer", async () => {
  const slow = (seconds: number): string => `sleep ${seconds}\ngcc -o "$OUT" main.c\n`;
  const files = {
    "repro.yaml":
      "name: slow\ntitle: slow\nlanguage: c\nsources: [main.c, build.sh]\nbuild: sh build.sh\nenvironments: [glibc-2.36]\n",
    "main.c": "int main(void) { return 0; }\n",
    "build.sh": slow(2),
  };
  const asPrepared = await preparedFor("reduce", "slow", files, { seed: 1, parallel: 2 });
  const whole = await wholeOf(asPrepared);
  // The whole program takes more than the least, and so do good candidates.
  const limits = { leastSeconds: 1, times: 3 };
  const signal = new AbortController().signal;
  const bench = benchFor(whole, asPrepared, "limit-test", { engine, limits, signal });
  const asked = [3, 600].map((seconds, index) => ({
    index,
    material: { ...whole.material, files: { ...whole.material.files, "build.sh": slow(seconds) } },
  }));
  const batch = await bench.build("glibc-2.36", asked);
  try {
    expect(batch.built(0)).toMatchObject({ program: expect.stringContaining("/0/") as string });
    expect(batch.built(1)).toMatchObject({ refused: "time" });
  } finally {
    await batch.close();
  }
});

test("a candidate that would empty the disk or fill the machine with processes harms nothing", async () => {
  const asPrepared = await prepared("hostile", PROGRAM);
  const whole = await wholeOf(asPrepared);
  const marker = join(folder, "still-there");
  await writeFile(marker, "");
  const hostile = (body: string): string =>
    `#include <signal.h>\n#include <stdlib.h>\n#include <unistd.h>\nint main(void)\n{\n${body}\n}\n`;
  const programs = [
    hostile('return system("rm -rf --no-preserve-root / 2> /dev/null; kill -9 -1");'),
    hostile("for (;;) fork();"),
    PROGRAM,
  ];
  const bench = benchFor(whole, asPrepared, "hostile-test", { engine, signal: new AbortController().signal });
  const asked = programs.map((text, index) => ({
    index,
    material: { ...whole.material, files: { ...whole.material.files, "main.c": text } },
  }));
  const change = (
    cell: Parameters<NonNullable<NonNullable<Parameters<typeof bench.build>[2]>["change"]>>[0],
  ) => ({
    ...cell,
    run: { ...cell.run, timeoutMs: 2000 },
  });
  const batch = await bench.build("musl-1.2.3", asked, { change });
  try {
    // Each in the container in which the one before was.
    for (const { index } of asked) await batch.run(index, ({ attempts }) => attempts >= 2);
    const counts = await batch.run(2, ({ attempts }) => attempts >= 3);
    expect(counts.counted).toBe(counts.attempts);
    expect((await stat(marker)).isFile()).toBe(true);
  } finally {
    await batch.close();
  }
  const { stdout } = await execa("docker", ["ps", "-q", "--filter", "label=vivarium.campaign=hostile-test"]);
  expect(stdout).toBe("");
});
