import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import { infrastructure } from "../../failure.js";
import type { TreeFile } from "./tree.js";

/** The files of a tree that comes as a tar. Folders are left out: they are where their files are. */
export async function* unpackTree(archive: AsyncIterable<Buffer>): AsyncGenerator<TreeFile> {
  const tar = extract();
  pipeline(Readable.from(archive), tar).catch(() => undefined);
  for await (const entry of tar) {
    const { name, type, mode = 0, linkname } = entry.header;
    const path = name.replace(/^\.\//, "").replace(/\/$/, "");
    const parts: Buffer[] = [];
    for await (const chunk of entry) parts.push(chunk as Buffer);
    if (type === "symlink") yield { path, kind: "link", content: Buffer.from(linkname ?? "") };
    else if (type === "file")
      yield { path, kind: (mode & 0o111) === 0 ? "file" : "executable", content: Buffer.concat(parts) };
    else if (type !== "directory")
      throw infrastructure(`${path} is a ${type ?? "thing"}, which no source has`);
  }
}
