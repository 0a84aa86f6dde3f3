import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readSources } from "../../src/images/sources.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vivarium-sources-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("files and folders, with their bytes and the executable bit alone", async () => {
  await mkdir(join(folder, "lib"));
  await writeFile(join(folder, "main.c"), "int main;");
  await writeFile(join(folder, "lib", "run.sh"), "#!/bin/sh\n");
  await chmod(join(folder, "lib", "run.sh"), 0o700);
  const files = await readSources(folder, ["./main.c", "lib"]);
  expect(Object.entries(files).map(([path, { mode }]) => [path, mode])).toEqual([
    ["main.c", 0o644],
    ["lib/run.sh", 0o755],
  ]);
  expect(files["main.c"]?.content.toString()).toBe("int main;");
});

test("a link inside the folder is followed", async () => {
  await writeFile(join(folder, "real.c"), "x");
  await symlink("real.c", join(folder, "main.c"));
  expect((await readSources(folder, ["main.c"]))["main.c"]?.content.toString()).toBe("x");
});

test("a link that leads out is refused, and so is a path", async () => {
  await symlink("/etc/passwd", join(folder, "main.c"));
  await expect(readSources(folder, ["main.c"])).rejects.toThrow("main.c leads out of the repro's folder");
  await expect(readSources(folder, [relative(folder, "/etc/passwd")])).rejects.toThrow(
    "leads out of the repro's folder",
  );
});

test("a named pipe is refused, not read", async () => {
  execFileSync("mkfifo", [join(folder, "pipe")]);
  await expect(readSources(folder, ["pipe"])).rejects.toThrow("neither a file nor a folder");
});

test("a missing file is named", async () => {
  await expect(readSources(folder, ["gone.c"])).rejects.toThrow("gone.c: no such file");
});
