import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { badRequest } from "../failure.js";
import { namedFiles, type ReproFolder } from "./load.js";

/** More than any small repro; a bound against a folder that was named by mistake. */
const MAX_FILES = 20_000;

/** sha256 (hex) over the paths, modes and bytes of every file that a repro is made of, in order of path. */
export async function sourceHash(repro: ReproFolder): Promise<string> {
  const hash = createHash("sha256");
  // A command of an image has no files: what it is, its manifest says.
  if (repro.manifest.language === "command") hash.update(`${JSON.stringify(repro.manifest)}\0`);
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
  const walk = async (path: string, from: string): Promise<void> => {
    const found = await lstat(from);
    if (found.isDirectory()) {
      for (const name of (await readdir(from)).sort()) await walk(`${path}/${name}`, join(from, name));
    } else if (found.isFile() || found.isSymbolicLink()) {
      add(path, from);
    } else {
      throw badRequest(`${from}: neither a file nor a folder`);
    }
  };
  for (const path of namedFiles(repro.manifest).keys()) {
    const plain = path.replace(/^\.\//, "");
    await walk(plain, join(repro.path, plain));
  }
  for (const [path, from] of Object.entries(repro.outside)) await walk(path, from);
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}
