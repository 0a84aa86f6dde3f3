import { lstat, readFile, readdir, realpath } from "node:fs/promises";
import { join, posix, sep } from "node:path";
import { badRequest } from "../failure.js";
import type { ContextEntry } from "../docker/engine.js";

/** Files out of a repro's folder, read into memory: path relative to the folder -> bytes and mode. */
export type SourceFiles = Readonly<Record<string, ContextEntry & { content: Buffer; mode: number }>>;

/** A bound against a folder that was named by mistake. */
const MAX_BYTES = 256 * 1024 ** 2;

/**
 * Reads files of a repro, folders walked. A repro may come from a stranger: what it names must be a regular file
 * inside its folder, and links must not lead out. They are read at once, so that what is hashed is what is built.
 */
export async function readSources(folder: string, paths: readonly string[]): Promise<SourceFiles> {
  const root = await realpath(folder);
  const files: Record<string, ContextEntry & { content: Buffer; mode: number }> = {};
  let total = 0;
  const add = async (path: string): Promise<void> => {
    const full = await inside(root, path);
    const stat = await lstat(full);
    if (stat.isDirectory()) {
      for (const name of (await readdir(full)).sort()) {
        if (name !== ".git") await add(posix.join(path, name));
      }
      return;
    }
    if (!stat.isFile()) {
      throw badRequest(
        `${join(folder, path)} is neither a file nor a folder`,
        "replace it with a regular file",
      );
    }
    total += stat.size;
    if (total > MAX_BYTES) {
      throw badRequest(
        `${folder}: the repro's files are larger than 256 MiB`,
        "name only what the program needs",
      );
    }
    files[path] = { content: await readFile(full), mode: (stat.mode & 0o111) !== 0 ? 0o755 : 0o644 };
  };
  for (const path of paths) await add(posix.normalize(path));
  return files;
}

async function inside(root: string, path: string): Promise<string> {
  const full = await realpath(join(root, path)).catch((cause: NodeJS.ErrnoException) => {
    throw badRequest(
      `${join(root, path)}: ${cause.code === "ENOENT" ? "no such file" : cause.message}`,
      null,
      cause,
    );
  });
  if (full !== root && !full.startsWith(root + sep)) {
    throw badRequest(`${path} leads out of the repro's folder ${root}`, "copy the file into the folder");
  }
  return full;
}
