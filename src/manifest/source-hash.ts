import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { badRequest } from "../failure.js";
import { namedFiles, type ReproFolder } from "./load.js";

/** More than any small repro; a bound against a folder that was named by mistake. */
const MAX_FILES = 20_000;

/**
 * sha256 (hex) over what a repro is made of: its manifest's values, and the paths, modes and bytes of its files, in order
 * of path.
 */
export async function sourceHash(repro: ReproFolder): Promise<string> {
  const hash = createHash("sha256");
  hash.update(`${canonical(repro.manifest)}\0`);
  for (const [path, from] of await sourceFiles(repro)) {
    const executable = ((await stat(from)).mode & 0o111) !== 0;
    hash.update(`${path}\0${executable ? "x" : "-"}\0`);
    const content = createHash("sha256");
    for await (const chunk of createReadStream(from)) content.update(chunk as Buffer);
    hash.update(content.digest());
  }
  return hash.digest("hex");
}

/** Every file that a repro is made of, folders walked, sorted: path in the repro -> where it lies. */
export async function sourceFiles(repro: ReproFolder): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const add = (path: string, from: string): void => {
    files.set(path, from);
    if (files.size > MAX_FILES) {
      throw badRequest(
        `${repro.argument}: more than ${MAX_FILES} files`,
        "name only the repro's own sources",
      );
    }
  };
  /** `root`: what was named lies in it, and links in what was named may not leave it. */
  const walk = async (path: string, from: string, root: string): Promise<void> => {
    const found = await lstat(from);
    if (found.isDirectory()) {
      for (const name of (await readdir(from)).sort()) await walk(`${path}/${name}`, join(from, name), root);
    } else if (found.isFile()) {
      add(path, from);
    } else if (found.isSymbolicLink()) {
      const real = await realpath(from).catch((cause: unknown) => {
        throw badRequest(
          `${from}: a link that leads nowhere`,
          "remove it, or name the files beside it",
          cause,
        );
      });
      if (!real.startsWith(root + sep))
        throw badRequest(`${from}: a link that leads out of ${root}`, "copy the file into the folder");
      if (!(await stat(real)).isFile())
        throw badRequest(`${from}: a link to something else than a file`, "name what it leads to itself");
      add(path, from);
    } else {
      throw badRequest(`${from}: neither a file nor a folder`);
    }
  };
  const root = await realpath(repro.path);
  for (const path of namedFiles(repro.manifest).keys()) {
    const plain = path.replace(/^\.\//, "");
    await walk(plain, join(repro.path, plain), root);
  }
  for (const [path, from] of Object.entries(repro.outside)) {
    // The person at the keyboard named it: that itself may be a link.
    const real = await realpath(from);
    await walk(path, real, real);
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** JSON with sorted keys: the same manifest, however it was written, is the same text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    field !== null && typeof field === "object" && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}
