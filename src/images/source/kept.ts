import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import { extract, pack, type Header, type Pack } from "tar-stream";
import { infrastructure } from "../../failure.js";
import { MOST_FILES } from "./tree.js";
import { LEFT } from "./recipe-script.js";

/** What a build left, as files of this machine. */
export interface Kept {
  /** A tar of the prefix: `musl/lib/libc.a`. */
  readonly layer: string;
  /** What ccache counted, as it printed it. */
  readonly facts: string;
}

/** Where it is written to. The cache is written as it comes: what is there of it is of use also where the build does not end. */
export interface KeptFiles {
  readonly layer: string;
  readonly cache: string;
}

const LARGEST_FACTS = 64 * 1024;

/**
 * Takes what a build sends on its standard output apart, and writes it anew: a tree may be hostile, and what it made is laid into images.
 * Only folders, files and links stay, each once, each in a folder that came before it and is no link; none keeps an owner or a bit
 * beyond rwx. Throws a Failure("infrastructure") for anything else, and for more than `mostBytes`.
 */
export async function keep(
  output: AsyncIterable<Buffer>,
  name: string,
  files: KeptFiles,
  mostBytes: number,
): Promise<Kept> {
  const layer = new Part(files.layer);
  const cache = new Part(files.cache);
  const tar = extract();
  const fed = pipeline(Readable.from(output), tar);
  fed.catch(() => undefined);
  let facts = "";
  let bytes = 0;
  let entries = 0;
  const take = async (path: string, header: Header, content: AsyncIterable<Buffer>): Promise<void> => {
    const top = path.split("/")[0];
    if (path === LEFT.facts && header.type === "file") facts = await text(content);
    else if (top === name) await layer.add(path, header, content);
    else if (top !== LEFT.cache) throw refused(`has '${path.slice(0, 200)}' in it`);
    else if (header.type !== "directory")
      await cache.addLoose(path.slice(LEFT.cache.length + 1), header, content);
  };
  try {
    for await (const entry of tar) {
      bytes += entry.header.size ?? 0;
      if (++entries > MOST_FILES || bytes > mostBytes) throw refused("is larger than its recipe allows");
      await take(entry.header.name.replace(/\/$/, ""), entry.header, entry as AsyncIterable<Buffer>);
      entry.resume();
    }
    await fed;
  } catch (error) {
    throw error instanceof Error && error.name === "Failure"
      ? error
      : refused((error as Error).message, error);
  } finally {
    await Promise.all([layer.end(), cache.end()]);
  }
  if (layer.entries === 0) throw refused("is empty");
  return { layer: layer.file, facts };
}

function refused(why: string, cause?: unknown): Error {
  return infrastructure(`what the build left ${why}`, null, cause);
}

async function text(entry: AsyncIterable<Buffer>): Promise<string> {
  let found = "";
  for await (const chunk of entry) found = (found + chunk.toString("utf8")).slice(0, LARGEST_FACTS);
  return found;
}

/** A tar that is written to a file, entry by entry. */
class Part {
  entries = 0;
  private readonly tar: Pack = pack();
  private readonly written: Promise<void>;
  private readonly folders = new Set<string>();
  private readonly paths = new Set<string>();

  constructor(readonly file: string) {
    const to = createWriteStream(file);
    Readable.from(this.tar as AsyncIterable<Buffer>, { objectMode: false }).pipe(to);
    this.written = finished(to);
    this.written.catch(() => undefined);
  }

  /** An entry in a folder that came before it. */
  async add(path: string, header: Header, content: AsyncIterable<Buffer>): Promise<void> {
    const parent = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
    if (parent !== "" && !this.folders.has(parent)) throw outOfPlace(path);
    if (header.type === "directory") {
      this.folders.add(path);
      await this.write(path, { type: "directory", mode: 0o755 }, []);
    } else if (header.type === "symlink") {
      await this.write(path, { type: "symlink", linkname: header.linkname ?? "" }, []);
    } else {
      await this.regular(path, header, content);
    }
  }

  /** A file whose folders are not among the entries; it may come again, with what it holds by then. */
  async addLoose(path: string, header: Header, content: AsyncIterable<Buffer>): Promise<void> {
    if (/(^|\/)\.\.?(\/|$)/.test(path)) throw outOfPlace(path);
    this.paths.delete(path);
    await this.regular(path, header, content);
  }

  async end(): Promise<void> {
    this.tar.finalize();
    await this.written;
  }

  private async regular(path: string, header: Header, content: AsyncIterable<Buffer>): Promise<void> {
    if (header.type !== "file") throw refused(`has '${path.slice(0, 200)}', a ${header.type ?? "thing"}`);
    const mode = ((header.mode ?? 0) & 0o111) === 0 ? 0o644 : 0o755;
    await this.write(path, { type: "file", mode, size: header.size ?? 0 }, content);
  }

  private async write(
    path: string,
    own: Omit<Parameters<Pack["entry"]>[0], "name">,
    content: AsyncIterable<Buffer> | [],
  ): Promise<void> {
    if (path === "" || this.paths.has(path)) throw outOfPlace(path);
    this.paths.add(path);
    this.entries++;
    const header = { ...own, name: path, mtime: LONG_AGO, uid: 0, gid: 0, uname: "", gname: "" };
    let settle: (error?: Error | null) => void = () => undefined;
    const done = new Promise<void>((resolve, reject) => {
      settle = (error) => (error ? reject(error) : resolve());
    });
    if (header.type !== "file" || header.size === 0) {
      this.tar.entry(header, Buffer.alloc(0), (error) => settle(error));
      return done;
    }
    const entry = this.tar.entry(header, (error) => settle(error));
    entry.on("error", () => undefined);
    done.catch(() => undefined);
    for await (const chunk of content) if (!entry.write(chunk)) await once(entry, "drain");
    entry.end(undefined);
    return done;
  }
}

function outOfPlace(path: string): Error {
  return refused(`has '${path.slice(0, 200)}' out of its place`);
}

const LONG_AGO = new Date("2000-01-01T00:00:00Z");
