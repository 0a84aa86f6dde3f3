import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { folderOf, vivarium } from "../commands/command-line.js";
import { openEngine } from "./engines.js";
import { faultImage } from "./fault-image.js";
import { testImage } from "./test-image.js";

const SUITE = "glibc-2.36";
const PROGRAM = "/faults/bin/near-null.dynamic";
const LIBRARIES = ["/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2"];

let folder: string;

/** A core, its program and the libraries of its machine, as they come from elsewhere. */
beforeEach(async () => {
  const engine = await openEngine();
  const faults = (await faultImage(engine, SUITE)).binary("near-null.dynamic");
  const made = `gdb -nx -q -batch -ex run -ex 'generate-core-file /core' ${PROGRAM} && chmod a+r /core`;
  const id = await testImage(engine, `a core of near-null on ${SUITE}`, {
    Dockerfile: { content: `FROM ${faults.image}\nRUN ${made}\n` },
  });
  folder = await folderOf({
    "core.1": await engine.readFile(id, "/core"),
    prog: await engine.readFile(id, PROGRAM),
  });
  for (const path of LIBRARIES) {
    await mkdir(dirname(join(folder, "root", path)), { recursive: true });
    await writeFile(join(folder, "root", path), await engine.readFile(id, path));
  }
});

interface Said {
  readonly records: readonly {
    readonly outcome: { readonly signal: string };
    readonly signature: { readonly id: string; readonly title: string };
    readonly evidence: { readonly siginfo: { readonly address: string } };
  }[];
}

async function parsed(...flags: string[]): Promise<Said["records"][number]> {
  const { code, stdout, stderr } = await vivarium(
    ["parse", "--core", "core.1", "--program", "prog", "--json", ...flags],
    { cwd: folder },
  );
  expect(`${stderr} ${code}`).toMatch(/ 0$/);
  const [record] = (JSON.parse(stdout) as Said).records;
  if (record === undefined) throw new Error("no record");
  return record;
}

test("a core's environment is found by its libc's build-id, or its libraries are given; no copy of it stays", async () => {
  const found = await parsed();
  expect(found.outcome.signal).toBe("SIGSEGV");
  expect(found.signature.title).toContain("SIGSEGV in ");
  const given = await parsed("--sysroot", "root");
  expect(given.signature).toEqual(found.signature);
  expect(given.evidence.siginfo).toEqual(found.evidence.siginfo);
  const named = await parsed("--env", SUITE);
  expect(named.signature).toEqual(found.signature);
  for (const kept of ["repros", "cores"]) expect(await readdir(join(folder, ".vivarium", kept))).toEqual([]);
});
