import { expect, test } from "vitest";
import { reproduce } from "../../src/index.js";
import { folderOf } from "../commands/command-line.js";
import { reproFolder } from "./images-fixture.js";

/** Prints the version of the libc that it runs on. */
const WHICH_C = `#include <stdio.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
int main(void) { puts(gnu_get_libc_version()); return 0; }
#else
int main(void) { puts("musl"); return 0; }
#endif
`;

async function ran(manifest: object, request: object) {
  const repro = await reproFolder({
    "main.c": WHICH_C,
    "repro.yaml": JSON.stringify({
      name: "which",
      title: "x",
      language: "c",
      sources: ["main.c"],
      ...manifest,
    }),
  });
  const { result } = await reproduce({ repro, runs: 2, parallel: 1, ...request, folder: await folderOf() });
  const libcs = result.environments.map(
    ({ libc, outputs }) => `${libc.family} ${libc.version}, prints ${outputs[0]?.text.trim()}`,
  );
  return { libcs, warnings: result.warnings };
}

test("a static program that runs elsewhere is told to hold its own libc", async () => {
  const { libcs, warnings } = await ran(
    { link: "static" },
    { environments: ["glibc-2.36"], runOn: ["glibc-2.36", "musl-1.2.3"] },
  );
  expect(libcs).toEqual(["glibc 2.36, prints 2.36", "glibc 2.36, prints 2.36"]);
  expect(warnings).toEqual([
    "glibc-2.36:musl-1.2.3: the program is static and holds glibc 2.36: musl 1.2.3 of this environment does not reach it",
  ]);
});

test.each([
  ["by the program's own loader and rpath", "-Wl,-rpath,$OUTDIR,--dynamic-linker=$OUTDIR/ld.so", {}],
  ["by LD_LIBRARY_PATH", "", { LD_LIBRARY_PATH: "/opt/repro" }],
])(
  "a libc that lies beside the program and comes in %s is told to be the repro's",
  async (_how, flags, env) => {
    const build = `set -e
cp -L /lib/x86_64-linux-gnu/libc.so.6 $OUTDIR/libc.so.6
cp -L /lib64/ld-linux-x86-64.so.2 $OUTDIR/ld.so
gcc -o $OUT main.c ${flags}`;
    const { libcs, warnings } = await ran({ link: "dynamic", build, env }, { environments: ["glibc-2.36"] });
    expect(libcs).toEqual(["glibc unknown, prints 2.36"]);
    expect(warnings).toEqual([
      "glibc-2.36: the program runs on /opt/repro/libc.so.6, which the repro brings, and not on glibc 2.36",
    ]);
  },
);
