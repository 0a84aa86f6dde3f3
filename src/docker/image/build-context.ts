import { once } from "node:events";
import { createReadStream, lstatSync } from "node:fs";
import { posix } from "node:path";
import { Readable } from "node:stream";
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
  const tar = pack();
  void write(tar, entries).catch((error: Error) => tar.destroy(error));
  // tar-stream's Pack is a streamx stream; node:http pipes and destroys a real Readable in a way that we can rely on.
  return Readable.from(tar as AsyncIterable<Buffer>, { objectMode: false });
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
    const kind = stat.isSymbolicLink()
      ? "a symbolic link"
      : stat.isDirectory()
        ? "a folder"
        : stat.isFIFO()
          ? "a named pipe"
          : stat.isSocket()
            ? "a socket"
            : "a device";
    throw badRequest(
      `${entry.file} is ${kind}, and only regular files go into a build`,
      "replace it with a file",
    );
  }
  // Git keeps the executable bit alone; other bits depend on the umask of the checkout.
  const mode = entry.mode ?? (stat.mode & 0o100 ? 0o755 : 0o644);
  return { mode, size: stat.size, owner, source: entry.file };
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
    throw badRequest(`'${path}' is no path inside a build's context`, "use a relative path without '..'");
  }
  return clean;
}

async function write(tar: Pack, entries: readonly SizedEntry[]): Promise<void> {
  for (const { path, mode, size, owner, source } of entries) {
    const header = {
      name: path,
      mode,
      size,
      mtime: new Date(0),
      uid: owner,
      gid: owner,
      uname: "",
      gname: "",
    };
    try {
      if (typeof source === "string") await writeFile(tar, header, source);
      else if (Buffer.isBuffer(source)) await writeBytes(tar, header, source);
      else await writeBytes(tar, { ...header, ...typeOf(source) }, Buffer.alloc(0));
    } catch (cause) {
      throw infrastructure(`${path}: ${(cause as Error).message}`, "was it changed during the build?", cause);
    }
  }
  tar.finalize();
}

type Header = Parameters<Pack["entry"]>[0] & { readonly size: number };

function typeOf(source: { readonly link: string } | { readonly folder: true }): object {
  return "link" in source ? { type: "symlink", linkname: source.link } : { type: "directory" };
}

function writeBytes(tar: Pack, header: Header, content: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry(header, content, (error) => (error ? reject(error) : resolve()));
  });
}

/** Copies a file in; one that grew since it was measured is cut there, one that shrank is an error. */
async function writeFile(tar: Pack, header: Header, file: string): Promise<void> {
  if (header.size === 0) return writeBytes(tar, header, Buffer.alloc(0));
  let settle: (error?: Error | null) => void = () => undefined;
  const done = new Promise<void>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve());
  });
  const entry = tar.entry(header, (error) => settle(error));
  // Errors come by the callback; unheard, the event and the promise would end the process besides.
  entry.on("error", () => undefined);
  done.catch(() => undefined);
  let left = header.size;
  for await (const chunk of createReadStream(file, { end: header.size - 1 }) as AsyncIterable<Buffer>) {
    left -= chunk.length;
    if (!entry.write(chunk)) await Promise.race([done, once(entry, "drain")]);
  }
  if (left > 0) throw new Error(`it is ${left} bytes shorter than it was`);
  entry.end(undefined);
  await done;
}
