import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { badRequest } from "../failure.js";
import { namedFiles, type ReproFolder } from "./load.js";

/** More than any small repro; a bound against a folder that was named by mistake. */
const MAX_FILES = 20_000;

/** sha256 (hex) over the paths, modes and bytes of every file that the manifest names, in order of path. */
export async function sourceHash(repro: ReproFolder): Promise<string> {
  const hash = createHash("sha256");
  for (const path of await sourceFiles(repro)) {
    const executable = ((await lstat(join(repro.path, path))).mode & 0o111) !== 0;
    hash.update(`${path}\0${executable ? "x" : "-"}\0`);
    const content = createHash("sha256");
    for await (const chunk of createReadStream(join(repro.path, path))) content.update(chunk as Buffer);
    hash.update(content.digest());
  }
  return hash.digest("hex");
}

/** Paths (relative to the repro) of every file that the manifest names, folders walked, sorted. */
export async function sourceFiles(repro: ReproFolder): Promise<string[]> {
  const files = new Set<string>();
  const walk = async (path: string): Promise<void> => {
    const stat = await lstat(join(repro.path, path));
    if (stat.isDirectory()) {
      for (const name of (await readdir(join(repro.path, path))).sort()) await walk(`${path}/${name}`);
    } else if (stat.isFile() || stat.isSymbolicLink()) {
      files.add(path);
      if (files.size > MAX_FILES) {
        throw badRequest(
          `${repro.argument}: more than ${MAX_FILES} files`,
          "name only the repro's own sources",
        );
      }
    } else {
      throw badRequest(`${join(repro.path, path)}: neither a file nor a folder`);
    }
  };
  for (const path of namedFiles(repro.manifest).keys()) await walk(path.replace(/^\.\//, ""));
  return [...files].sort();
}
