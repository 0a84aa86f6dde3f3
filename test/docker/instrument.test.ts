import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { packBundle, unpackBundle } from "../../src/commands/bundle/archive.js";
import { loadRepro } from "../../src/manifest/load.js";
import { sourceHash } from "../../src/manifest/source-hash.js";
import type { Claim } from "../../src/result/claims.js";
import { reproduce } from "../../src/index.js";
import { DOCKERFILES } from "../../src/images/dockerfiles.js";
import { KnownInstruments, type InstrumentPart } from "../../src/images/instrument.js";
import { folderOf, vivarium } from "../commands/command-line.js";
import { captureBinary } from "./capture-program.js";
import { atEnd, openEngine } from "./engines.js";
import { faultImage } from "./fault-image.js";
import { provide, provideOne, reproFolder } from "./images-fixture.js";

const CLEAN_C = "int main(void) { return 0; }\n";
const CRASH_C = '#include <stdio.h>\nint main(void) { puts("begun"); *(volatile int *)0 = 1; }\n';
const IN_ONE = { environments: ["glibc-2.36"] };

test("a build that puts a runner of its own in our place, and a compiler in the environment's, has none of both", async () => {
  const repro = await reproFolder({
    "main.c": CLEAN_C,
    "repro.yaml": JSON.stringify({
      name: "forged",
      title: "says that it crashes",
      language: "c",
      link: "dynamic",
      sources: ["main.c", "runner.c", "runner", "scheduler"],
      build: `gcc -o $OUT main.c
${FORGED_RUNNER}printf '#!/bin/sh\\nexit 1\\n' > /tmp/cc && cp /tmp/cc /usr/bin/cc
true`,
    }),
  });
  for (const part of ["runner.c", "runner", "scheduler"])
    cpSync(join(DOCKERFILES, "container", part), join(repro, part), { recursive: true });
  const { result } = await reproduce({ repro, ...IN_ONE, runs: 3, captures: 0, folder: await folderOf() });
  expect(result.environments).toMatchObject([{ attempts: 3, outcomes: { clean: 3 } }]);
  const source = `/* ${Math.random()} */ ${CLEAN_C}`;
  await expect(
    provideOne(await openEngine(), await reproFolder({ "main.c": source })),
  ).resolves.toBeDefined();
});

/** A whole runner that speaks the protocol and reports SIGSEGV, whatever happened, and its build. */
const FORGED_RUNNER = `sed -i 's/put32(at + 4, (uint32_t)attempt->status)/put32(at + 4, 11)/' runner/batch.h
gcc -O2 -static -o /tmp/forged runner.c && cp /tmp/forged /opt/vivarium/runner
`;

test("a bundle whose build forges what measures does not verify: its claimed crash does not come", async () => {
  const folder = await folderOf({ "crash.c": "int main(void) { *(volatile int *)0 = 1; }\n" });
  const where = { cwd: folder };
  const words = ["--env", "glibc-2.36", "-n", "12", "--captures", "0", "--progress", "none"];
  expect(await vivarium(["run", "crash.c", ...words], where)).toMatchObject({ code: 0 });
  const out = join(folder, "it.tar.gz");
  expect(await vivarium(["bundle", "latest", "--out", out], where)).toMatchObject({ code: 0 });
  const files = new Map(await unpackBundle(readFileSync(out), "it"));
  files.set("repro/crash.c", Buffer.from(CLEAN_C));
  const inside = join(DOCKERFILES, "container");
  const parts = ["runner.c", ...["runner", "scheduler"].flatMap((part) => listed(inside, part))];
  for (const path of parts) files.set(`repro/${path}`, readFileSync(join(inside, path)));
  const manifest = parse(files.get("repro/repro.yaml")?.toString() ?? "") as object;
  const forged = {
    ...manifest,
    sources: ["crash.c", "runner.c", "runner", "scheduler"],
    build: `gcc -static -o $OUT crash.c\n${FORGED_RUNNER}true`,
  };
  files.set("repro/repro.yaml", Buffer.from(stringify(forged)));
  // Its hashes and checksums are made anew, as whoever forges it would.
  const repro = new Map([...files].filter(([path]) => path.startsWith("repro/")));
  const laid = await folderOf(
    Object.fromEntries([...repro].map(([path, bytes]) => [path, bytes.toString()])),
  );
  const hash = await sourceHash(await loadRepro(join(laid, "repro"), [], laid));
  const result = JSON.parse(files.get("result.json")?.toString() ?? "") as { plan: { repro: object } };
  const { plan } = result;
  const claimed = { ...result, plan: { ...plan, repro: { ...plan.repro, sourceHash: hash } } };
  files.set("result.json", Buffer.from(JSON.stringify(claimed)));
  await writeFile(join(folder, "forged.tar.gz"), await packBundle(files));
  const { code, stdout, stderr } = await vivarium(
    ["verify", "forged.tar.gz", "--json", "--progress", "none"],
    where,
  );
  expect(stdout, stderr).not.toBe("");
  const { verified, claims } = JSON.parse(stdout) as { verified: boolean; claims: Claim[] };
  expect({ code, verified }).toEqual({ code: 1, verified: false });
  expect(claims.find(({ what }) => what.startsWith("rate"))).toMatchObject({
    verdict: "does not hold",
    why: expect.stringMatching(/^0 of \d+ here, claimed 100 %/) as string,
  });
});

function listed(root: string, folder: string): string[] {
  const below = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return below
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)));
}

test("a gdb that answers in our format is no evidence where it is not ours", async () => {
  const engine = await openEngine();
  const image = await faultImage(engine, "glibc-2.36");
  const honest = image.binary("clean.static");
  // It takes the place of the loader, which is the first word of the command that starts gdb.
  const code = `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) {
  char *asked = getenv("VIVARIUM_CAPTURE"), *mark = asked ? strstr(asked, "vivarium-") : NULL;
  if (mark == NULL) return 1;
  *strchr(mark, '"') = 0;
  printf("%s {\\"kind\\":\\"end\\",\\"status\\":{\\"signal\\":\\"SIGSEGV\\"},\\"timedOut\\":false,\\"stderr\\":\\"\\",\\"runs\\":1}\\n", mark);
  return 0;
}
`;
  const folder = await folderOf();
  execFileSync("gcc", ["-static", "-x", "c", "-", "-o", join(folder, "loader")], { input: code });
  const forged = await engine.build({
    context: {
      loader: { content: readFileSync(join(folder, "loader")), mode: 0o755 },
      Dockerfile: { content: `FROM ${honest.image}\nCOPY loader /opt/vivarium/own/loader\n` },
    },
    labels: { "vivarium.test": "forged" },
    tag: "vivarium-test/forged:gdb",
  });
  atEnd(() => engine.removeImage("vivarium-test/forged:gdb"));
  const { ends, captures, problems } = await captureBinary(image.cell, { ...honest, image: forged });
  expect({ ends, captures }).toEqual({ ends: {}, captures: [] });
  expect(problems.join()).toContain(
    "gdb, or another tool of the captures, in its image is not vivarium's own",
  );
  expect((await captureBinary(image.cell, honest)).ends).toEqual({ "exit 0": 1 });
});

test("a libc of the repro's that nothing can start by leaves the look at the program as it is", async () => {
  const repro = await reproFolder({
    "main.c": CRASH_C,
    "libc.so.6": "no libc at all\n",
    "repro.yaml": JSON.stringify({
      name: "broken-libc",
      title: "x",
      language: "c",
      link: "static",
      sources: ["main.c"],
      // The image's own shell does not start by these, either.
      files: {
        "/usr/lib/x86_64-linux-gnu/libc.so.6": "libc.so.6",
        "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2": "libc.so.6",
      },
    }),
  });
  const { result } = await reproduce({ repro, ...IN_ONE, runs: 2, folder: await folderOf() });
  const [environment] = result.environments;
  expect(environment).toMatchObject({ attempts: 2, outcomes: { crash: 2 } });
  const [signature] = environment?.signatures ?? [];
  expect(signature?.title).toBe("SIGSEGV in main");
  expect(signature?.evidence.siginfo).not.toBeNull();
});

test("an image without any glibc has attempts and evidence as any other: gdb brings all that it runs by", async () => {
  const engine = await openEngine();
  const repro = await reproFolder({
    "main.c": CRASH_C,
    "repro.yaml": JSON.stringify({
      name: "m",
      title: "m",
      language: "c",
      link: "dynamic",
      sources: ["main.c"],
    }),
  });
  const { binaries } = await provide(engine, repro, { environments: ["musl-1.2.3"] });
  const [binary] = binaries.values();
  if (binary === undefined || binary instanceof Error) throw binary;
  const image = await engine.build({
    context: {
      Dockerfile: {
        content: `FROM ${binary.image} AS built
FROM scratch
COPY --from=built /opt /opt
COPY --from=built /repro /repro
COPY --from=built /usr/lib/x86_64-linux-musl/libc.so /lib/ld-musl-x86_64.so.1
`,
      },
    },
    labels: { "vivarium.test": "musl" },
    tag: "vivarium-test/musl:alone",
  });
  atEnd(() => engine.removeImage("vivarium-test/musl:alone"));
  await expect(engine.readFile(image, "/lib64/ld-linux-x86-64.so.2")).rejects.toThrow();
  const { cell } = await faultImage(engine, "glibc-2.36");
  const { ends, captures, problems } = await captureBinary(cell, { ...binary, image });
  expect({ ends, problems }).toEqual({ ends: { SIGSEGV: 1 }, problems: [] });
  expect(JSON.stringify(captures[0]?.json)).toContain("/lib/ld-musl-x86_64.so.1");
});

test.each<[InstrumentPart, string, RegExp]>([
  [
    "runner",
    "/opt/vivarium/runner",
    /^here: the runner in its image is not vivarium's own: its sha256 is [0-9a-f]{64}, and not/,
  ],
  [
    "all",
    "/opt/vivarium/own/gdb",
    /^here: gdb, or another tool of the captures, in its image is not vivarium's own/,
  ],
  ["all", "/opt/vivarium/own/python/lib/python3.11/json/extra.py", /is not vivarium's own/],
])("an image with another %s (%s) is found out from outside", async (part, path, message) => {
  const engine = await openEngine();
  const { image, ranOn } = await provideOne(engine, await reproFolder({ "main.c": CLEAN_C }));
  const label = { "vivarium.test": "forged" };
  const forged = await engine.build({
    context: {
      forged: { content: "#!/bin/sh\n", mode: 0o755 },
      Dockerfile: { content: `FROM ${image}\nCOPY forged ${path}\n` },
    },
    labels: label,
    tag: `vivarium-test/forged:${part}`,
  });
  atEnd(() => engine.removeImage(`vivarium-test/forged:${part}`));
  const notes = await mkdtemp(join(tmpdir(), "vivarium-notes-"));
  atEnd(() => rm(notes, { recursive: true }));
  const filesOf = (of: string) => ({
    readFile: (file: string) => engine.readFile(of, file),
    readFolder: (folder: string, bounds: { bytes: number; entries: number }) =>
      engine.readFolder(of, folder, bounds),
  });
  const claim = { part, expected: ranOn.instrument, what: "here" };
  const known = new KnownInstruments(notes);
  await known.assert({ ...claim, image }, filesOf(image));
  await expect(known.assert({ ...claim, image: forged }, filesOf(forged))).rejects.toMatchObject({
    kind: "infrastructure",
    message: expect.stringMatching(message) as string,
  });
  // What was seen once is not looked at again, by another process either.
  await new KnownInstruments(notes).assert({ ...claim, image }, filesOf(forged));
});

test("an /etc/ld.so.preload and an ld.so.cache of the repro's own reach the program, and not what looks at it", async () => {
  const folder = await reproFolder({ "main.c": CRASH_C });
  // It ends whatever is no part of the repro: gdb, its loader, its Python.
  const code = `#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <unistd.h>
__attribute__((constructor)) static void enter(void) {
  const char *name = program_invocation_short_name;
  if (!strcmp(name, "gdb") || !strcmp(name, "loader") || !strcmp(name, "runner") || !strcmp(name, "watch")) _exit(77);
  if (!strcmp(name, "program")) write(1, "preloaded\\n", 10);
}
`;
  const library = join(folder, "preload.so");
  execFileSync("gcc", ["-shared", "-fPIC", "-x", "c", "-", "-o", library], { input: code });
  const repro = await reproFolder({
    "main.c": CRASH_C,
    preload: "/usr/lib/preload.so\n",
    "preload.so": readFileSync(library),
    "repro.yaml": JSON.stringify({
      name: "preload",
      title: "x",
      language: "c",
      link: "dynamic",
      sources: ["main.c"],
      files: {
        "/etc/ld.so.preload": "preload",
        "/usr/lib/preload.so": "preload.so",
        "/etc/ld.so.cache": "preload",
      },
    }),
  });
  const { result } = await reproduce({ repro, ...IN_ONE, runs: 2, folder: await folderOf() });
  const [environment] = result.environments;
  expect(environment).toMatchObject({ attempts: 2, outcomes: { crash: 2 } });
  const [signature] = environment?.signatures ?? [];
  expect(signature?.title).toBe("SIGSEGV in main");
  // gdb looked at the program, and the library was in it.
  expect(JSON.stringify(signature?.evidence)).toContain("/usr/lib/preload.so");
});
