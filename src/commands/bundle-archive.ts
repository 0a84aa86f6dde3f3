import { createHash } from "node:crypto";
import { createGunzip, gzipSync, constants } from "node:zlib";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as tar from "tar-stream";
import { badRequest } from "../failure.js";

/** Files of a bundle: path -> bytes. */
export type BundleFiles = ReadonlyMap<string, Buffer>;

const CHECKSUMS = "SHA256SUMS";
const FOLDER = "bundle";

/** What a bundle may come to when it is unpacked: far more than an honest one without an image. */
const MAX_TOTAL = 2 * 1024 ** 3;
const MAX_FILES = 20_000;
const MAX_PATH = 512;

/**
 * Packs files into a .tar.gz with a checksum manifest over all of them. The same files are the same bytes: entries are
 * sorted, owners, times and gzip's header fixed.
 */
export async function packBundle(files: BundleFiles): Promise<Buffer> {
  const all = new Map(files);
  all.set(CHECKSUMS, Buffer.from(checksums(files)));
  const pack = tar.pack();
  const chunks: Buffer[] = [];
  const read = (async () => {
    for await (const chunk of pack) chunks.push(chunk as Buffer);
  })();
  for (const [path, content] of [...all].sort(byPath)) {
    pack.entry(
      { name: `${FOLDER}/${path}`, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0, type: "file" },
      content,
    );
  }
  pack.finalize();
  await read;
  const zipped = gzipSync(Buffer.concat(chunks), { level: constants.Z_BEST_COMPRESSION });
  // Byte 9 names the system that packed it (RFC 1952): 255 is "unknown", the same everywhere.
  zipped[9] = 255;
  return zipped;
}

/** `sha256  path` lines, as sha256sum -c reads them. */
function checksums(files: BundleFiles): string {
  return [...files]
    .sort(byPath)
    .map(([path, content]) => `${sha256(content)}  ${path}\n`)
    .join("");
}

/**
 * Unpacks a bundle in memory and checks it: nothing but plain files below `bundle/`, every one of them listed with its
 * checksum, bounded in number and size. Throws a Failure("request") before anything of it is used.
 */
export async function unpackBundle(zipped: Buffer, name: string): Promise<BundleFiles> {
  const refuse = (why: string, cause?: unknown) =>
    badRequest(`${name}: refused: ${why}`, "ask whoever made it for the bundle again", cause);
  const files = new Map<string, Buffer>();
  let total = 0;
  const extract = tar.extract();
  const unzipped = createGunzip();
  const reading = pipeline(Readable.from([zipped]), unzipped, extract);
  reading.catch(() => {});
  try {
    for await (const entry of extract) {
      const { name: path, type } = entry.header;
      if (type === "directory") {
        entry.resume();
        continue;
      }
      if (type !== "file") throw refuse(`'${shown(path)}' is a ${type}, not a file`);
      const inside = path.startsWith(`${FOLDER}/`) ? path.slice(FOLDER.length + 1) : null;
      if (inside === null || !isPlainPath(inside)) throw refuse(`'${shown(path)}' leads out of its folder`);
      if (files.has(inside)) throw refuse(`'${shown(path)}' is in it twice`);
      if (files.size >= MAX_FILES) throw refuse(`more than ${MAX_FILES} files`);
      const chunks: Buffer[] = [];
      for await (const chunk of entry) {
        total += (chunk as Buffer).length;
        if (total > MAX_TOTAL) throw refuse("it unpacks to more than 2 GiB");
        chunks.push(chunk as Buffer);
      }
      files.set(inside, Buffer.concat(chunks));
    }
    await reading;
  } catch (cause) {
    unzipped.destroy();
    extract.destroy();
    if ((cause as Error).name === "Failure") throw cause;
    throw refuse(`it is no .tar.gz, or damaged: ${(cause as Error).message}`, cause);
  }
  verifyChecksums(files, refuse);
  files.delete(CHECKSUMS);
  return files;
}

function verifyChecksums(files: BundleFiles, refuse: (why: string) => Error): void {
  const manifest = files.get(CHECKSUMS);
  if (manifest === undefined) throw refuse(`it has no ${CHECKSUMS}`);
  const listed = new Map<string, string>();
  for (const line of manifest
    .toString("utf8")
    .split("\n")
    .filter((text) => text !== "")) {
    const match = /^([0-9a-f]{64}) {2}(.+)$/.exec(line);
    if (match === null) throw refuse(`${CHECKSUMS} has a line that is none: '${shown(line)}'`);
    listed.set(match[2] as string, match[1] as string);
  }
  for (const [path, content] of files) {
    if (path === CHECKSUMS) continue;
    const sum = listed.get(path);
    if (sum === undefined) throw refuse(`'${shown(path)}' is not in ${CHECKSUMS}`);
    if (sum !== sha256(content)) throw refuse(`'${shown(path)}' was changed: its checksum is another`);
    listed.delete(path);
  }
  const [missing] = listed.keys();
  if (missing !== undefined) throw refuse(`'${shown(missing)}' is missing`);
}

/** A relative path without tricks, on any system. */
function isPlainPath(path: string): boolean {
  if (path.length > MAX_PATH || path.includes("\\") || path.includes("\0") || path.startsWith("/"))
    return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== ".." && !part.includes(":"));
}

const byPath = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A name from a stranger's archive, safe on a terminal. */
function shown(text: string): string {
  return text.slice(0, 100).replace(/[^\x20-\x7e]/g, "?");
}
