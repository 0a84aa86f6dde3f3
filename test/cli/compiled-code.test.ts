import { createHash } from "node:crypto";
import { chmod, mkdtemp, readFile, readdir, rm, truncate, writeFile } from "node:fs/promises";
import module from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "vivarium-compiled-"));
});
afterEach(() => rm(cache, { recursive: true, force: true }));

const kept = () => join(cache, "vivarium/compiled", `${process.version}-${process.arch}`);

const version = (env: Record<string, string> = {}) =>
  execa("node", [join(ROOT, "dist/cli.js"), "--version"], {
    env: { XDG_CACHE_HOME: cache, ...env },
    reject: false,
  });

/** What is kept: names, and contents as one text. */
async function state() {
  const names = (await readdir(kept())).sort();
  return { names, contents: await Promise.all(names.map((name) => readFile(join(kept(), name), "base64"))) };
}

/** Whether a file begins with the SHA-256 of its rest. */
async function isWhole(name: string): Promise<boolean> {
  const content = await readFile(join(kept(), name));
  return createHash("sha256").update(content.subarray(32)).digest().equals(content.subarray(0, 32));
}

// Node 22 and later keep it in a folder of their own.
describe.skipIf("enableCompileCache" in module)("what was compiled is kept for the next start", () => {
  test("in the user's own cache, and written once", async () => {
    expect(await version()).toMatchObject({ exitCode: 0, stderr: "" });
    const first = await state();
    expect(first.names).toEqual(
      expect.arrayContaining([expect.stringMatching(/^start-[\w-]+\.cjs-\d+-\d+$/)]),
    );
    expect(await version()).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await state()).toEqual(first);
  });

  test.each<[what: string, damage: (file: string) => Promise<void>]>([
    ["cut off", (file) => truncate(file, 300)],
    ["empty", (file) => writeFile(file, "")],
    ["of other bytes", async (file) => writeFile(file, (await readFile(file)).fill(0x5a, 100))],
  ])("and made again where it is %s", async (_what, damage) => {
    await version();
    const { names } = await state();
    for (const name of names) await damage(join(kept(), name));
    expect(await Promise.all(names.map(isWhole))).toEqual(names.map(() => false));
    expect(await version()).toMatchObject({ exitCode: 0, stderr: "" });
    expect((await state()).names).toEqual(names);
    expect(await Promise.all(names.map(isWhole))).toEqual(names.map(() => true));
  });

  test("and neither read nor written where others may write, or where it is not wanted", async () => {
    await version();
    await chmod(kept(), 0o777);
    for (const name of await readdir(kept())) await rm(join(kept(), name));
    expect(await version()).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await readdir(kept())).toEqual([]);
    await chmod(kept(), 0o700);
    expect(await version({ NODE_DISABLE_COMPILE_CACHE: "1" })).toMatchObject({ exitCode: 0 });
    expect(await readdir(kept())).toEqual([]);
  });

  test("and a package that a search loads is there at the next start, too", async () => {
    // It reads the program, and has nothing to take out of one that does not crash.
    await writeFile(join(cache, "calm.c"), "int main(void) { return 0; }\n");
    const env = { XDG_CACHE_HOME: cache };
    const argv = [join(ROOT, "dist/cli.js"), "ablate", "calm.c", "--env", "glibc-2.36", "--progress", "none"];
    for (const _ of ["first", "next"])
      expect(await execa("node", argv, { env, cwd: cache, reject: false })).toMatchObject({
        exitCode: 1,
        stderr: "",
        stdout: expect.stringContaining("calm did not crash in 1000 attempts"),
      });
  });

  test("and a command works without a place for it", async () => {
    await writeFile(join(cache, "vivarium"), "a file in the way");
    expect(await version()).toMatchObject({ exitCode: 0, stderr: "" });
  });
});
