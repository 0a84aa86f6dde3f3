import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { pack } from "tar-stream";
import type { Engine } from "../../src/docker/engine.js";

const run = promisify(execFile);

/** What the tiny program does, by its first argument; see tiny.c. */
export const TINY_SOURCE = new URL("tiny.c", import.meta.url);

/** A file of a tiny image. */
export interface TinyFile {
  readonly content?: Buffer;
  readonly mode?: number;
  readonly linkTo?: string;
}

/**
 * An image that needs no network: one static program made by this machine's gcc at /tiny, and what `files` adds. The same
 * content has the same tag, so it is made once.
 */
export async function tinyImage(
  engine: Engine,
  files: Readonly<Record<string, TinyFile>> = {},
): Promise<string> {
  const program = await tinyProgram();
  const all: Record<string, TinyFile> = { tiny: { content: program, mode: 0o755 }, ...files };
  const hash = createHash("sha256");
  for (const [name, { content, mode, linkTo }] of Object.entries(all))
    hash.update(`${name}\0${mode ?? ""}\0${linkTo ?? ""}\0`).update(content ?? "");
  const tag = `vivarium-test/tiny:${hash.digest("hex").slice(0, 16)}`;
  if ((await engine.inspectImage(tag)) === null) {
    await engine.importImage(tinyTar(all), tag, { "vivarium.test": "tiny" });
  }
  return tag;
}

export function tinyTar(files: Readonly<Record<string, TinyFile>>): Readable {
  const tar = pack();
  for (const folder of ["tmp", "etc", "proc", "dev", "sys"])
    tar.entry({ name: folder, type: "directory", mode: 0o755, mtime: new Date(0) });
  for (const [name, { content = Buffer.alloc(0), mode = 0o644, linkTo }] of Object.entries(files)) {
    if (linkTo !== undefined) tar.entry({ name, type: "symlink", linkname: linkTo, mtime: new Date(0) });
    else tar.entry({ name, mode, mtime: new Date(0) }, content);
  }
  tar.finalize();
  return Readable.from(tar as AsyncIterable<Buffer>, { objectMode: false });
}

let program: Promise<Buffer> | undefined;

/** The bytes of the tiny program, compiled once in a process. */
export function tinyProgram(): Promise<Buffer> {
  program ??= compile();
  return program;
}

async function compile(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "vivarium-tiny-"));
  try {
    const out = join(folder, "tiny");
    await writeFile(join(folder, "tiny.c"), await readFile(TINY_SOURCE));
    await run("gcc", ["-static", "-O1", "-Wall", "-Werror", "-o", out, join(folder, "tiny.c")]);
    return await readFile(out);
  } finally {
    await rm(folder, { recursive: true });
  }
}
