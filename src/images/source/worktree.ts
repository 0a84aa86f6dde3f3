import { createHash } from "node:crypto";
import { lstat, readFile, readlink, realpath } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { badRequest, infrastructure } from "../../failure.js";
import type { GitClone } from "./git.js";
import { refuseSubmodule, TreeBounds, type SourceTree, type TreeFile } from "./tree.js";

/** What lies in a clone's working tree now, committed or not; ignored files are left out. */
export async function workingTree(clone: GitClone): Promise<SourceTree> {
  const id = await treeId(read(clone));
  return {
    id,
    async *files() {
      const hash = new TreeHash();
      for await (const file of read(clone)) {
        hash.add(file);
        yield file;
      }
      if (hash.id() !== id) {
        throw infrastructure(
          `${clone.path}: its working tree changed while it was read`,
          "run again when nothing changes it, or name a commit",
        );
      }
    },
  };
}

async function* read(clone: GitClone): AsyncGenerator<TreeFile> {
  const root = await realpath(await clone.top());
  const bounds = new TreeBounds(`${clone.path}@worktree`);
  for (const path of await clone.workingFiles()) {
    const full = join(root, path);
    const stat = await lstat(full).catch((error: NodeJS.ErrnoException) => {
      // Deleted, and git does not know it yet.
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
      throw infrastructure(`${full}: ${error.message}`, null, error);
    });
    if (stat === null) continue;
    if (stat.isDirectory()) refuseSubmodule(`${clone.path}@worktree`, path);
    if (!stat.isFile() && !stat.isSymbolicLink())
      throw badRequest(`${full} is neither a file nor a link`, "remove it from the working tree");
    const folder = await realpath(dirname(full));
    if (folder !== root && !folder.startsWith(root + sep))
      throw badRequest(`${full} leads out of the working tree`, "name a commit in its place");
    bounds.add(path, stat.size);
    yield stat.isSymbolicLink()
      ? { path, kind: "link", content: Buffer.from(await readlink(full)) }
      : { path, kind: (stat.mode & 0o111) === 0 ? "file" : "executable", content: await readFile(full) };
  }
}

const MODES = { file: "100644", executable: "100755", link: "120000" } as const;

/** git's id of a tree of these files: that of a clean working tree is its commit's. */
export async function treeId(files: AsyncIterable<TreeFile>): Promise<string> {
  const hash = new TreeHash();
  for await (const file of files) hash.add(file);
  return hash.id();
}

type Node = { readonly mode: string; readonly id: Buffer } | Map<string, Node>;

/** git's object format, with SHA-1: `blob SIZE\0BYTES`, and trees of `MODE NAME\0ID`, folders sorted as if they ended in `/`. */
class TreeHash {
  private readonly root = new Map<string, Node>();

  add({ path, kind, content }: TreeFile): void {
    const parts = path.split("/");
    let folder = this.root;
    for (const part of parts.slice(0, -1)) {
      let next = folder.get(part);
      if (!(next instanceof Map)) folder.set(part, (next = new Map()));
      folder = next;
    }
    folder.set(parts.at(-1) as string, { mode: MODES[kind], id: objectId("blob", content) });
  }

  id(): string {
    return treeOf(this.root).toString("hex");
  }
}

function treeOf(folder: ReadonlyMap<string, Node>): Buffer {
  const entries = [...folder].map(([name, node]) => ({
    name: Buffer.from(name),
    order: Buffer.from(node instanceof Map ? `${name}/` : name),
    mode: node instanceof Map ? "40000" : node.mode,
    id: node instanceof Map ? treeOf(node) : node.id,
  }));
  entries.sort((a, b) => Buffer.compare(a.order, b.order));
  const bytes = entries.map(({ mode, name, id }) =>
    Buffer.concat([Buffer.from(`${mode} `), name, Buffer.from([0]), id]),
  );
  return objectId("tree", Buffer.concat(bytes));
}

function objectId(type: string, content: Buffer): Buffer {
  return createHash("sha1").update(`${type} ${content.length}\0`).update(content).digest();
}
