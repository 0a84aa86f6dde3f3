import { Readable } from "node:stream";
import { pack, type Pack } from "tar-stream";
import { infrastructure } from "../../failure.js";
import type { TreeFile } from "./tree.js";

/** Not 1970: make takes that for a file that is not there. */
const LONG_AGO = new Date("2000-01-01T00:00:00Z");

/** A tree as a tar, its files under `folder/`, further files beside that: the same tree gives the same bytes. */
export function packTree(
  folder: string,
  files: AsyncIterable<TreeFile>,
  beside: Readonly<Record<string, string | Buffer>> = {},
): Readable {
  const tar = pack();
  write(tar, folder, files, beside).catch((error: Error) =>
    tar.destroy(error.name === "Failure" ? error : infrastructure(error.message, null, error)),
  );
  return Readable.from(tar as AsyncIterable<Buffer>, { objectMode: false });
}

async function write(
  tar: Pack,
  folder: string,
  files: AsyncIterable<TreeFile>,
  beside: Readonly<Record<string, string | Buffer>>,
): Promise<void> {
  const add = (header: Parameters<Pack["entry"]>[0], content: Buffer): Promise<void> =>
    new Promise((resolve, reject) => {
      const whole = { ...header, mtime: LONG_AGO, uid: 0, gid: 0, uname: "", gname: "" };
      tar.entry(whole, content, (error) => (error ? reject(error) : resolve()));
    });
  for (const [name, content] of Object.entries(beside))
    await add({ name, mode: 0o644 }, Buffer.from(content));
  for await (const { path, kind, content } of files) {
    const name = `${folder}/${path}`;
    if (kind === "link") await add({ name, type: "symlink", linkname: content.toString() }, Buffer.alloc(0));
    else await add({ name, mode: kind === "executable" ? 0o755 : 0o644 }, content);
  }
  tar.finalize();
}
