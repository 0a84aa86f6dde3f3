import { lstatSync, type Stats } from "node:fs";
import { basename, dirname, posix } from "node:path";
import { Readable } from "node:stream";
import { pack as packFiles } from "tar-fs";
import { pack, type Pack } from "tar-stream";
import { badRequest, infrastructure } from "../../failure.js";
import type { ContextEntry } from "../engine.js";

/** An entry of a context; `owner`: the user and group that it belongs to, 0 where absent. */
type OwnedEntry = ContextEntry & { readonly owner?: number };

/**
 * A build context as a tar stream. The same content gives the same bytes (fixed owner and time, sorted names), so the
 * builder's cache holds across machines and checkouts. Throws Failure("request") at once for an entry that is no regular file:
 * a pipe would never end, a device never stop, and a link could lead out of the repro's folder.
 */
export function packContext(context: Readonly<Record<string, OwnedEntry>>): Readable {
  const entries = Object.entries(context)
    .map(([path, entry]) => ({ path: checkPath(path), ...sized(path, entry) }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  // tar-stream's Pack is a streamx stream; node:http pipes and destroys a real Readable in a way that we can rely on.
  return Readable.from(bytesOf(entries), { objectMode: false });
}

interface SizedEntry {
  readonly path: string;
  readonly mode: number;
  readonly size: number;
  readonly owner: number;
  readonly source: Buffer | string | { readonly link: string } | { readonly folder: true };
}

function sized(path: string, entry: OwnedEntry): Omit<SizedEntry, "path"> {
  const { owner = 0 } = entry;
  if ("content" in entry) {
    const source = Buffer.from(entry.content as string);
    return { mode: entry.mode ?? 0o644, size: source.length, owner, source };
  }
  if (!("file" in entry)) return { mode: 0o755, size: 0, owner, source: entry };
  let stat;
  try {
    stat = lstatSync(entry.file);
  } catch (cause) {
    throw badRequest(
      `${entry.file}: ${(cause as Error).message}`,
      `it is needed as ${path} of a build`,
      cause,
    );
  }
  if (!stat.isFile()) {
    throw badRequest(
      `${entry.file} is ${kindOf(stat)}, and only regular files go into a build`,
      "replace it with a file",
    );
  }
  // Git keeps the executable bit alone; other bits depend on the umask of the checkout.
  const mode = entry.mode ?? (stat.mode & 0o100 ? 0o755 : 0o644);
  return { mode, size: stat.size, owner, source: entry.file };
}

function kindOf(stat: Stats): string {
  if (stat.isSymbolicLink()) return "a symbolic link";
  if (stat.isDirectory()) return "a folder";
  if (stat.isFIFO()) return "a named pipe";
  return stat.isSocket() ? "a socket" : "a device";
}

function checkPath(path: string): string {
  const clean = posix.normalize(path);
  if (
    clean.startsWith("../") ||
    clean === ".." ||
    clean === "." ||
    posix.isAbsolute(clean) ||
    path.includes("\0")
  ) {
    throw badRequest(`'${path}' is not a path inside a build's context`, "use a relative path without '..'");
  }
  return clean;
}

/** The archive's bytes. Throws a Failure("infrastructure") that names the entry that could not be packed. */
async function* bytesOf(entries: readonly SizedEntry[]): AsyncGenerator<Buffer> {
  const tar = pack();
  let current = "";
  const add = (i: number): void => {
    const entry = entries[i];
    if (entry === undefined) return void tar.finalize();
    current = entry.path;
    addEntry(tar, entry, () => add(i + 1));
  };
  add(0);
  try {
    yield* tar as AsyncIterable<Buffer>;
  } catch (cause) {
    throw infrastructure(
      `${current}: ${(cause as Error).message}`,
      "was it changed during the build?",
      cause,
    );
  }
}

/** Adds one entry; `added` is called when its bytes are taken. What fails destroys the archive. */
function addEntry(tar: Pack, { path, mode, size, owner, source }: SizedEntry, added: () => void): void {
  const header = { name: path, mode, size, mtime: new Date(0), uid: owner, gid: owner, uname: "", gname: "" };
  if (typeof source === "string") {
    // tar-fs cuts a file that grew since it was measured, fails for one that shrank, and follows no link.
    packFiles(dirname(source), {
      entries: [basename(source)],
      map: (measured) => ({ ...measured, ...header }),
      pack: tar,
      finalize: false,
      finish: added,
    });
    return;
  }
  const [content, type] = Buffer.isBuffer(source) ? [source, {}] : [Buffer.alloc(0), typeOf(source)];
  tar.entry({ ...header, ...type }, content, (error) => (error ? tar.destroy(error) : added()));
}

function typeOf(source: { readonly link: string } | { readonly folder: true }): object {
  return "link" in source ? { type: "symlink", linkname: source.link } : { type: "directory" };
}
