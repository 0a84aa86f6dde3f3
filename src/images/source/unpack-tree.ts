import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import { infrastructure } from "../../failure.js";
import { TreeBounds, type TreeFile } from "./tree.js";

/**
 * The files of a tree that comes as a tar, each bounded before it is read: an archive of a megabyte may unpack to a file of gigabytes. Folders are
 * left out: they are where their files are.
 */
export async function* unpackTree(archive: AsyncIterable<Buffer>): AsyncGenerator<TreeFile> {
  const tar = extract();
  pipeline(Readable.from(archive), tar).catch(() => undefined);
  const bounds = new TreeBounds("the archive of a tree");
  for await (const entry of tar) {
    const { name, type, mode = 0, linkname, size = 0 } = entry.header;
    const path = name.replace(/^\.\//, "").replace(/\/$/, "");
    if (type !== "directory") bounds.add(path, size);
    const parts: Buffer[] = [];
    for await (const chunk of entry) parts.push(chunk as Buffer);
    if (type === "symlink") yield { path, kind: "link", content: Buffer.from(linkname ?? "") };
    else if (type === "file")
      yield { path, kind: (mode & 0o111) === 0 ? "file" : "executable", content: Buffer.concat(parts) };
    else if (type !== "directory")
      throw infrastructure(`${path} is a ${type ?? "thing"}, which no source has`);
  }
}
