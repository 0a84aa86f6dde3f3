import { posix } from "node:path";
import type { Header } from "tar-stream";
import { badRequest } from "../../failure.js";
import { binarySize } from "../../text/sizes.js";
import type { FolderBounds, FolderEntry } from "../engine.js";
import type { Wire } from "../connection/wire.js";
import { refusedWith } from "../refusal.js";
import { readArchive } from "./archive.js";

const KINDS: Partial<Record<string, string>> = {
  "character-device": "a device",
  "block-device": "a device",
  fifo: "a named pipe",
};

/** What lies in a folder of a container; see Container.readFolder. `where` is what messages call the container. */
export async function readContainerFolder(
  wire: Wire,
  id: string,
  where: string,
  path: string,
  bounds: FolderBounds,
): Promise<readonly FolderEntry[]> {
  const folder = new Folder(path, bounds);
  try {
    await readArchive(wire, id, path, `read ${path} from ${where}`, (header, content) =>
      folder.add(header, content),
    );
  } catch (error) {
    if (refusedWith(error, 404)) throw badRequest(`${where}: there is no folder ${path}`, null, error);
    throw error;
  }
  return folder.entries();
}

/** Entries of an archive whose first is the folder itself: `repro/`, `repro/program`. */
class Folder {
  private readonly found = new Map<string, FolderEntry>();
  private bytes = 0;

  constructor(
    private readonly path: string,
    private readonly bounds: FolderBounds,
  ) {}

  entries(): FolderEntry[] {
    return [...this.found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async add(header: Header, content: AsyncIterable<unknown>): Promise<void> {
    const path = this.relative(header.name);
    if (path === "") {
      if (header.type !== "directory") throw badRequest(`${this.path} is not a folder any more`);
      return;
    }
    if (this.found.size >= this.bounds.entries) {
      throw badRequest(`${this.path} holds more than ${this.bounds.entries} files`, "leave fewer there");
    }
    this.found.set(path, await this.entryOf(path, header, content));
  }

  private async entryOf(path: string, header: Header, content: AsyncIterable<unknown>): Promise<FolderEntry> {
    const { type, linkname } = header;
    if (type === "directory") return { kind: "folder", path };
    if (type === "symlink") return { kind: "link", path, target: linkname ?? "" };
    if (type === "link") {
      const same = this.found.get(this.relative(linkname ?? ""));
      return same?.kind === "file" ? { ...same, path } : { kind: "other", path, what: "a hard link" };
    }
    if (type !== "file" && type !== "contiguous-file") {
      return { kind: "other", path, what: KINDS[type ?? ""] ?? `a ${type}` };
    }
    this.bytes += header.size;
    if (this.bytes > this.bounds.bytes) {
      throw badRequest(`${this.path} holds more than ${binarySize(this.bounds.bytes)}`, "leave less there");
    }
    const chunks: Buffer[] = [];
    for await (const chunk of content) chunks.push(chunk as Buffer);
    return {
      kind: "file",
      path,
      content: Buffer.concat(chunks),
      executable: ((header.mode ?? 0) & 0o111) !== 0,
    };
  }

  /** The engine names entries from the folder's own name on. */
  private relative(name: string): string {
    const base = posix.basename(this.path);
    const clean = posix.normalize(`/${name}`).slice(1).replace(/\/$/, "");
    return clean === base ? "" : clean.startsWith(`${base}/`) ? clean.slice(base.length + 1) : clean;
  }
}
