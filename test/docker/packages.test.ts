import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderOf, vivarium } from "../commands/command-line.js";

const PACK = `#include <locale.h>
#include <stdio.h>
#include <zlib.h>
int main(void) {
  unsigned char out[64];
  uLongf n = sizeof out;
  printf("%s\\n", setlocale(LC_ALL, "") ? setlocale(LC_ALL, NULL) : "no such locale");
  return compress(out, &n, (const Bytef *)"aaaaaaaaaa", 10) == Z_OK ? LEVEL : 1;
}
`;
const MAKEFILE = `CFLAGS += -DLEVEL=3
bin/pack: pack.o
\tmkdir -p bin && $(CC) -o $@ $^ -lz
`;

interface ResultFile {
  environments: {
    id: string;
    attempts: number;
    addedPackages?: Record<string, string>;
    outcomes: { exit: number };
    binary: { commands: string[]; link: string } | null;
    signatures: { exitCode: number; evidence: { output: string } }[];
  }[];
}

const ARGS = ["run", "pack", "-n", "2", "--lock", "--env", "glibc-2.36,musl-1.2.3", "--progress", "plain"];
const ADDED = ["--package", "glibc-*:zlib1g-dev", "--package", "musl-*:zlib-dev", "--locale", "de_DE.UTF-8"];
const LAYER = "bookworm+make+zlib1g-dev+de_DE.UTF-8";

test("a Makefile, packages and a locale: in a layer of their own, pinned, told; what there is not costs its own row alone", async () => {
  const cwd = await folderOf({ "pack/pack.c": PACK, "pack/Makefile": MAKEFILE });
  const args = [...ARGS, ...ADDED, "--env-var", "LC_ALL=de_DE.UTF-8", "--json"];
  const { stdout, stderr } = await vivarium(args, { cwd });
  const { environments } = JSON.parse(stdout) as ResultFile;
  const [glibc, musl] = environments;
  expect(glibc).toMatchObject({
    id: "glibc-2.36",
    attempts: 2,
    outcomes: { exit: 2 },
    addedPackages: {
      make: expect.any(String) as string,
      "zlib1g-dev": expect.stringMatching(/^1:1\.2\.13/) as string,
    },
    binary: { link: "dynamic" },
    signatures: [{ exitCode: 3 }],
  });
  expect(JSON.stringify(glibc)).toContain("de_DE.UTF-8");
  expect(glibc?.binary?.commands.join("\n")).toContain("make CC=");
  expect(musl).toMatchObject({ id: "musl-1.2.3", attempts: 0 });
  expect(stderr).toMatch(/bookworm has no package 'zlib-dev'\n.*zlib1g-dev/);
  const lock = JSON.parse(await readFile(join(cwd, "vivarium.lock"), "utf8")) as {
    images: Record<string, { packages: Record<string, string> }>;
  };
  expect(Object.keys(lock.images)).toContain(LAYER);
  expect(lock.images[LAYER]?.packages).toHaveProperty("zlib1g-dev");
});
