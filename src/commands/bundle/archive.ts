import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createGunzip, createGzip } from "node:zlib";
import * as tar from "tar-stream";
import { badRequest } from "../../failure.js";
import { binarySize } from "../../text/sizes.js";

/** Files of a bundle: path -> bytes. */
export type BundleFiles = ReadonlyMap<string, Buffer>;

/** A file too large for memory, as it lies on disk: an image. */
export interface LargeFile {
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
}

const CHECKSUMS = "SHA256SUMS";
const FOLDER = "bundle";
/** Images lie here; nothing else of a bundle is large. */
const LARGE = "image/";

const MiB = 1024 ** 2;
/** What a bundle may come to when it is unpacked, its images left out: it is held in memory. */
const MAX_HELD = 256 * MiB;
/** The same for its images, which are only read through. */
const MAX_LARGE = 32 * 1024 * MiB;
const MAX_FILES = 20_000;
const MAX_PATH = 512;

/**
 * A .tar.gz of files with a checksum manifest over all of them. The same files are the same bytes: entries are sorted,
 * owners, times and gzip's header fixed. Throws a Failure("request") for a name that `unpackBundle` would refuse.
 */
export function bundleStream(
  files: BundleFiles,
  large: ReadonlyMap<string, LargeFile> = new Map(),
): AsyncIterable<Buffer> {
  for (const path of [...files.keys(), ...large.keys()]) {
    if (!isPlainPath(path) || path === CHECKSUMS)
      throw badRequest(`'${shown(path)}' cannot be put in a bundle: its name is not plain`, "rename it");
  }
  const sums = new Map([...large].map(([path, { sha256 }]): [string, string] => [path, sha256]));
  for (const [path, content] of files) sums.set(path, digest(content));
  const all = new Map<string, Buffer | LargeFile>([...files, ...large]);
  all.set(
    CHECKSUMS,
    Buffer.from(
      [...sums]
        .sort(byPath)
        .map(([path, sum]) => `${sum}  ${path}\n`)
        .join(""),
    ),
  );
  // An image takes minutes to compress well.
  return compressed(all, large.size > 0 ? constants.Z_BEST_SPEED : constants.Z_BEST_COMPRESSION);
}

async function* compressed(
  all: ReadonlyMap<string, Buffer | LargeFile>,
  level: number,
): AsyncGenerator<Buffer> {
  const pack = tar.pack();
  const writing = (async () => {
    for (const [path, content] of [...all].sort(byPath)) {
      const size = Buffer.isBuffer(content) ? content.length : content.size;
      const header = { name: `${FOLDER}/${path}`, size, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 };
      const source = Buffer.isBuffer(content) ? Readable.from([content]) : createReadStream(content.file);
      await pipeline(source, pack.entry({ ...header, type: "file" }));
    }
    pack.finalize();
  })();
  // What fails here ends the stream below, too.
  writing.catch((error: Error) => pack.destroy(error));
  const zipped = createGzip({ level });
  const zipping = pipeline(pack as unknown as Readable, zipped);
  zipping.catch(() => {});
  let first = true;
  for await (const chunk of zipped as AsyncIterable<Buffer>) {
    // Byte 9 names the system that packed it (RFC 1952): 255 is "unknown", the same everywhere.
    if (first && chunk.length > 9) chunk[9] = 255;
    first = false;
    yield chunk;
  }
  await writing;
}

/** The same in memory. */
export async function packBundle(files: BundleFiles): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of bundleStream(files)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * Unpacks a bundle in memory and checks it: nothing but plain files below `bundle/`, every one of them listed with its
 * checksum, bounded in number and size. Images are checked and not kept. Throws a Failure("request") before anything of it
 * is used.
 */
export async function unpackBundle(
  zipped: Buffer | AsyncIterable<Buffer>,
  name: string,
): Promise<BundleFiles> {
  const refuse = (why: string, cause?: unknown) =>
    badRequest(`${name}: refused: ${why}`, "ask whoever made it for the bundle again", cause);
  const files = new Map<string, Buffer>();
  const sums = new Map<string, string>();
  let large = 0;
  let unzipped = 0;
  // Before the tar reader, which holds a header's extension in memory whole, however long it says to be.
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      unzipped += chunk.length;
      if (unzipped - large > MAX_HELD) done(refuse(`it unpacks to more than ${binarySize(MAX_HELD)}`));
      else if (large > MAX_LARGE) done(refuse(`its images are larger than ${binarySize(MAX_LARGE)}`));
      else done(null, chunk);
    },
  });
  const extract = tar.extract();
  const source = Buffer.isBuffer(zipped) ? Readable.from([zipped]) : zipped;
  const reading = pipeline(source, createGunzip(), bounded, extract);
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
      if (sums.has(inside)) throw refuse(`'${shown(path)}' is in it twice`);
      if (sums.size >= MAX_FILES) throw refuse(`more than ${MAX_FILES} files`);
      const isLarge = inside.startsWith(LARGE);
      const hash = createHash("sha256");
      const chunks: Buffer[] = [];
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        hash.update(chunk);
        if (isLarge) large += chunk.length;
        else chunks.push(chunk);
      }
      sums.set(inside, hash.digest("hex"));
      if (!isLarge) files.set(inside, Buffer.concat(chunks));
    }
    await reading;
  } catch (cause) {
    if ((cause as Error).name === "Failure") throw cause;
    throw refuse(`it is not a .tar.gz, or it is damaged: ${(cause as Error).message}`, cause);
  } finally {
    extract.destroy();
  }
  verifyChecksums(files.get(CHECKSUMS), sums, refuse);
  refuseNested(sums.keys(), refuse);
  files.delete(CHECKSUMS);
  return files;
}

/** Every file is listed, and every listed file is there and is what it was. */
function verifyChecksums(
  manifest: Buffer | undefined,
  sums: ReadonlyMap<string, string>,
  refuse: (why: string) => Error,
): void {
  if (manifest === undefined) throw refuse(`it has no ${CHECKSUMS}`);
  const listed = new Map<string, string>();
  const lines = manifest.toString("utf8").split("\n");
  for (const line of lines.filter((text) => text !== "")) {
    // With s: a name may hold U+2028, which ends a line for a pattern and for nothing else here.
    const match = /^([0-9a-f]{64}) {2}(.+)$/s.exec(line);
    if (match === null) throw refuse(`${CHECKSUMS} has a line that is none: '${shown(line)}'`);
    listed.set(match[2] as string, match[1] as string);
  }
  for (const [path, sum] of sums) {
    if (path === CHECKSUMS) continue;
    const expected = listed.get(path);
    if (expected === undefined) throw refuse(`'${shown(path)}' is not in ${CHECKSUMS}`);
    if (expected !== sum) throw refuse(`'${shown(path)}' was changed: its checksum is another`);
    listed.delete(path);
  }
  const [missing] = listed.keys();
  if (missing !== undefined) throw refuse(`'${shown(missing)}' is missing`);
}

/** No path is a file and a folder at once: it could not be written down. */
function refuseNested(paths: Iterable<string>, refuse: (why: string) => Error): void {
  const all = new Set(paths);
  for (const path of all) {
    for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) {
      const folder = path.slice(0, at);
      if (all.has(folder)) throw refuse(`'${shown(folder)}' is a file and a folder`);
    }
  }
}

/** A relative path without tricks, on any system. */
export function isPlainPath(path: string): boolean {
  // Control characters would break the checksum manifest's lines.
  if (path.length > MAX_PATH || /[\\\0-\x1f\x7f\ufffd]/.test(path)) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== ".." && !part.includes(":"));
}

const byPath = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;

function digest(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A name from a stranger's archive, safe on a terminal. */
function shown(text: string): string {
  return text.slice(0, 100).replace(/[^\x20-\x7e]/g, "?");
}
