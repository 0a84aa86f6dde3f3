import { execa } from "execa";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { reduce } from "../../src/search/reduce/reduce.js";
import { benchFor, wholeOf } from "../../src/search/candidate/whole.js";
import { ReducibleRepro } from "../../src/search/reduce/changes.js";
import { loadGrammar } from "../../src/search/syntax/grammar.js";
import { removeBuildCaches, SEARCH } from "../../src/search/candidate/build-cache.js";
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

test("a program that was blown up comes out small, with the same crash, as a repro of its own", async ({
  signal,
}) => {
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
      // A try that takes too long ends, so that the next one is not made beside it.
      signal,
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
}, 1_200_000);

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
  // What they compiled is the search's own, and goes with it.
  expect(await engine.listVolumes({ [SEARCH]: "gofmt-test" })).toHaveLength(1);
  await removeBuildCaches(engine, "gofmt-test");
  expect(await engine.listVolumes({ [SEARCH]: "gofmt-test" })).toEqual([]);
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

test("a service that is the repro's own program is the candidate's, with the data that it reads", async () => {
  const program = `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int serve(int at)
{
    char reply[16] = "";
    FILE *file = fopen("reply.txt", "r");
    if (file == NULL || fgets(reply, sizeof reply, file) == NULL)
        return 3;
    listen(at, 8);
    puts("ready");
    fflush(stdout);
    for (;;) {
        int client = accept(at, NULL, NULL);
        write(client, reply, strlen(reply));
        close(client);
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_un name = {AF_UNIX, "/tmp/served"};
    int at = socket(AF_UNIX, SOCK_STREAM, 0);
    if (argc > 1)
        return bind(at, (struct sockaddr *)&name, sizeof name) == 0 ? serve(at) : 4;
    char reply[16] = "";
    if (connect(at, (struct sockaddr *)&name, sizeof name) != 0 || read(at, reply, sizeof reply) < 0)
        return 5;
    if (reply[0] == 's')
        abort();
    return 0;
}
`;
  const files = {
    "repro.yaml":
      "name: served\ntitle: served\nlanguage: c\nsources: [main.c, reply.txt]\nenvironments: [glibc-2.36]\n" +
      "run:\n  services:\n    server: { command: $OUT --serve, ready: { line: ready } }\n",
    "main.c": program,
    "reply.txt": "short\n",
  };
  const served = await preparedFor("reduce", "served", files, { seed: 1, parallel: 2 });
  const whole = await wholeOf(served);
  const bench = benchFor(whole, served, "served-test", { engine, signal: new AbortController().signal });
  const changed = (path: string, text: string) => ({
    ...whole.material,
    files: { ...whole.material.files, [path]: text },
  });
  // Each server answers its own client: the first ones crash it, the others do not.
  const asked = [
    whole.material,
    changed("main.c", program.replace("write(client, reply", 'write(client, "long"')),
    changed("reply.txt", "long\n"),
    whole.material,
  ].map((material, index) => ({ index, material }));
  const batch = await bench.build("glibc-2.36", asked);
  try {
    const counts = await Promise.all(
      asked.map(({ index }) => batch.run(index, (so) => so.attempts >= 3, undefined, 3)),
    );
    expect(counts.map(({ counted }) => counted)).toEqual([3, 0, 0, 3]);
    expect(counts[1]?.ends.map(({ key }) => key)).toEqual(["clean"]);
  } finally {
    await batch.close();
  }
});

test("candidates of several files are told apart by what lies in a folder over the root, and by a source that is gone", async () => {
  const files = {
    "repro.yaml":
      "name: several\ntitle: several\nlanguage: c\nsources: [main.c, lib]\nenvironments: [glibc-2.36]\ncflags: [-Ilib]\n" +
      "files: { /etc/several: ./data }\n",
    "data/which.conf": "abort\n",
    "data/other.conf": "other\n",
    "lib/noise.h": "#define NOISE 1\n",
    "lib/unused.h": "#define UNUSED 1\n",
    "main.c":
      '#include "noise.h"\n#include "unused.h"\n#include <stdio.h>\n#include <stdlib.h>\n\nint main(void)\n{\n    char line[16] = "";\n' +
      '    FILE *file = fopen("/etc/several/which.conf", "r");\n    if (file == NULL || fgets(line, sizeof line, file) == NULL)\n' +
      "        return 3;\n    if (line[0] == 'a')\n        abort();\n    return NOISE - 1;\n}\n",
  };
  const several = await preparedFor("reduce", "several", files, { seed: 1, parallel: 2 });
  const whole = await wholeOf(several);
  const reducible = new ReducibleRepro(await loadGrammar("c"));
  const changes = reducible.changes(whole.material, false);
  const changed = (title: string) => {
    const change = changes.find((each) => each.title === title);
    if (change === undefined)
      throw new Error(`no change '${title}' among ${changes.map((each) => each.title).join()}`);
    return change.material;
  };
  const bench = benchFor(whole, several, "several-test", { engine, signal: new AbortController().signal });
  const asked = [
    whole.material,
    changed("lines: data/which.conf:1"),
    changed("lines: data/other.conf:1"),
    changed("source lib/unused.h"),
    changed("source lib/noise.h"),
  ].map((material, index) => ({ index, material }));
  const batch = await bench.build("glibc-2.36", asked);
  try {
    expect(batch.built(4)).toMatchObject({ refused: "build" });
    const built = asked.slice(0, 4);
    const counts = await Promise.all(
      built.map(({ index }) => batch.run(index, (so) => so.attempts >= 2, undefined, 2)),
    );
    expect(counts.map(({ counted }) => counted)).toEqual([2, 0, 2, 2]);
  } finally {
    await batch.close();
  }
});
