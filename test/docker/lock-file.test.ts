import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderOf, vivarium } from "../commands/command-line.js";

/** The base image is the cached one of these tests, so what is pinned is the packages. */
const ARGS = ["build", "trap.c", "--env", "glibc-2.36", "--progress", "plain"];

async function folder(): Promise<string> {
  return folderOf({ "trap.c": "int main(void) { __builtin_trap(); }\n" });
}

interface LockFile {
  images: Record<string, { base: string | null; packages: Record<string, string> }>;
}

async function lockOf(cwd: string): Promise<LockFile> {
  return JSON.parse(await readFile(join(cwd, "vivarium.lock"), "utf8")) as LockFile;
}

test("a lock file never comes uninvited", async () => {
  const cwd = await folder();
  expect((await vivarium(ARGS, { cwd })).code).toBe(0);
  expect(await readdir(cwd)).not.toContain("vivarium.lock");
});

test("--lock pins what the image is made of, and --locked holds it to that", async () => {
  const cwd = await folder();
  expect((await vivarium([...ARGS, "--lock"], { cwd })).code).toBe(0);
  const lock = await lockOf(cwd);
  expect(Object.keys(lock.images)).toEqual(["bookworm"]);
  expect(lock.images["bookworm"]?.packages["libc6"]).toMatch(/^2\.36-/);
  expect((await vivarium([...ARGS, "--locked"], { cwd })).code).toBe(0);
});

test("drift from the lock file is a warning, refused by --locked and accepted by --lock", async () => {
  const cwd = await folder();
  await vivarium([...ARGS, "--lock"], { cwd });
  const lock = await lockOf(cwd);
  const real = lock.images["bookworm"]?.packages["libc6"] as string;
  (lock.images["bookworm"] as { packages: Record<string, string> }).packages["libc6"] = "2.36-1";
  const written = JSON.stringify(lock);
  await writeFile(join(cwd, "vivarium.lock"), written);

  const warned = await vivarium(ARGS, { cwd });
  expect(warned.code).toBe(0);
  expect(warned.stderr).toContain(
    `bookworm is not what it was when it was pinned: libc6: ${real}, pinned 2.36-1`,
  );
  const refused = await vivarium([...ARGS, "--locked"], { cwd });
  expect(refused.code).toBe(3);
  expect(refused.stderr).toMatch(/--locked: the image bookworm is not what .*vivarium\.lock says:/);
  expect(refused.stderr).toContain(`libc6: ${real}, pinned 2.36-1`);
  expect(await readFile(join(cwd, "vivarium.lock"), "utf8")).toBe(written);

  expect((await vivarium([...ARGS, "--lock"], { cwd })).code).toBe(0);
  expect((await lockOf(cwd)).images["bookworm"]?.packages["libc6"]).toBe(real);
});

test("--locked without a lock file says how to write one", async () => {
  const { code, stderr } = await vivarium([...ARGS, "--locked"], { cwd: await folder() });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^vivarium: --locked: there is no .*vivarium\.lock\n {2}write it with: .* --lock$/m);
});

test("--lock and --locked contradict each other", async () => {
  const { code, stderr } = await vivarium([...ARGS, "--lock", "--locked"], { cwd: await folder() });
  expect(code).toBe(2);
  expect(stderr).toContain("--lock and --locked were both given");
});
