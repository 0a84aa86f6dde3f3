import type { ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { badRequest, infrastructure } from "../../failure.js";
import { runGit, spawnGit, type GitAnswer } from "./run-git.js";
import { refuseSubmodule, TreeBounds, type SourceTree, type TreeFile } from "./tree.js";

/** A commit of a clone, in full. */
export interface Commit {
  readonly id: string;
  /** git's id of its tree. */
  readonly tree: string;
}

/** A clone of a source on this machine, bare or not. It is only read. */
export class GitClone {
  private constructor(readonly path: string) {}

  /** Throws a Failure("request") where there is no repository that git would read. */
  static async open(path: string): Promise<GitClone> {
    const clone = new GitClone(path);
    const { code, stderr } = await clone.git(["rev-parse", "--git-dir"]);
    if (code === 0) return clone;
    throw badRequest(
      `--source ${path}: ${stderr.split("\n")[0] ?? "no git repository"}`,
      "name the folder of a clone, or deb:SUITE for a source package of Debian",
    );
  }

  /** The commit that a name means (a tag, a branch, the beginning of an id), or null where there is none. */
  async commit(ref: string): Promise<Commit | null> {
    const asked = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
    const commit = await this.git([...asked, `${ref}^{commit}`]);
    if (commit.code !== 0) return null;
    const id = commit.stdout.toString().trim();
    const tree = await this.git([...asked, `${id}^{tree}`]);
    if (tree.code !== 0) throw infrastructure(`${this.path}: commit ${id} has no tree: ${tree.stderr}`);
    return { id, tree: tree.stdout.toString().trim() };
  }

  /** Whether it has a tree of this id. */
  async holds(tree: string): Promise<boolean> {
    return (await this.git(["cat-file", "-e", `${tree}^{tree}`])).code === 0;
  }

  /** A text file of a tree, or null where it has none. */
  async text(tree: string, path: string): Promise<string | null> {
    const { code, stdout } = await this.git(["cat-file", "blob", `${tree}:${path}`]);
    return code === 0 ? stdout.toString("utf8") : null;
  }

  /** Names of tags and branches, for messages. */
  refs(): Promise<string[]> {
    return this.lines(["for-each-ref", "--format=%(refname:short)", "refs/tags", "refs/heads"]);
  }

  /** Files that a working tree has of its own and of git: all but ignored ones. Paths relative to the root. */
  async workingFiles(): Promise<string[]> {
    const { code, stdout, stderr } = await this.git([
      "ls-files",
      "-z",
      "--cached",
      "--others",
      "--exclude-standard",
      "--full-name",
      ":/",
    ]);
    if (code !== 0)
      throw badRequest(`${this.path}: has no working tree: ${stderr}`, "name a commit or a tag");
    return [
      ...new Set(
        stdout
          .toString()
          .split("\0")
          .filter((path) => path !== ""),
      ),
    ].sort();
  }

  /** Folder of the working tree. */
  async top(): Promise<string> {
    const { stdout } = await this.git(["rev-parse", "--show-toplevel"]);
    return stdout.toString().replace(/\n$/, "");
  }

  /** The files of a tree, as they are in git: no filter, no attribute changes them. */
  tree(id: string): SourceTree {
    return { id, files: () => this.files(id) };
  }

  private async *files(tree: string): AsyncGenerator<TreeFile> {
    const what = `${this.path} at tree ${tree.slice(0, 12)}`;
    const listed = await this.git(["ls-tree", "-r", "-z", "--full-tree", tree]);
    if (listed.code !== 0) throw infrastructure(`${what}: ${listed.stderr}`);
    const entries = listed.stdout
      .toString()
      .split("\0")
      .filter((line) => line !== "")
      .map((line) => {
        const [mode = "", , id = ""] = line.slice(0, line.indexOf("\t")).split(" ");
        return { mode, id, path: line.slice(line.indexOf("\t") + 1) };
      });
    const submodule = entries.find(({ mode }) => mode === "160000");
    if (submodule !== undefined) refuseSubmodule(what, submodule.path);
    const blobs = new Blobs(spawnGit(this.path, ["cat-file", "--batch"]), what);
    const bounds = new TreeBounds(what);
    try {
      blobs.ask(entries.map(({ id }) => id));
      for (const { path, mode } of entries) {
        const content = await blobs.next((size) => bounds.add(path, size));
        yield { path, kind: mode === "120000" ? "link" : mode === "100755" ? "executable" : "file", content };
      }
    } finally {
      blobs.close();
    }
  }

  private async lines(words: readonly string[]): Promise<string[]> {
    const { code, stdout, stderr } = await this.git(words);
    if (code !== 0) throw badRequest(`${this.path}: git ${words[0] ?? ""}: ${stderr}`);
    return stdout
      .toString()
      .split("\n")
      .filter((line) => line !== "");
  }

  private git(words: readonly string[], input = ""): Promise<GitAnswer> {
    return runGit(this.path, words, input);
  }
}

/** Reads objects out of `git cat-file --batch`: `ID blob SIZE`, a newline, the bytes, a newline. */
class Blobs {
  private readonly chunks: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);

  constructor(
    private readonly child: ChildProcessByStdio<Writable, Readable, Readable>,
    private readonly what: string,
  ) {
    this.chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    child.stdin.on("error", () => undefined);
    child.stderr.resume();
    child.on("error", () => undefined);
  }

  ask(ids: readonly string[]): void {
    this.child.stdin.end(ids.map((id) => `${id}\n`).join(""));
  }

  /** The next object; `check` is told its size before its bytes are read. */
  async next(check: (size: number) => void): Promise<Buffer> {
    let end: number;
    while ((end = this.held.indexOf(10)) < 0) await this.more();
    const header = this.held.toString("latin1", 0, end);
    this.held = this.held.subarray(end + 1);
    const size = Number(/^[0-9a-f]+ blob (\d+)$/.exec(header)?.[1] ?? NaN);
    if (header.endsWith(" missing")) {
      const remedy = "it is a partial clone or a damaged one: fetch it whole (git fetch --refetch)";
      throw infrastructure(`${this.what}: the clone has no object ${header.split(" ")[0] ?? ""}`, remedy);
    }
    if (!Number.isSafeInteger(size)) throw infrastructure(`${this.what}: git said '${header}'`, "git fsck");
    check(size);
    const parts: Buffer[] = [];
    for (let missing = size + 1; missing > 0;) {
      if (this.held.length === 0) await this.more();
      const part = this.held.subarray(0, missing);
      parts.push(part);
      missing -= part.length;
      this.held = this.held.subarray(part.length);
    }
    return Buffer.concat(parts).subarray(0, size);
  }

  close(): void {
    this.child.stdout.destroy();
    this.child.kill();
  }

  private async more(): Promise<void> {
    const { value, done } = await this.chunks.next();
    if (done === true)
      throw infrastructure(`${this.what}: git ended early`, "git fsck tells whether the clone is whole");
    this.held = this.held.length === 0 ? value : Buffer.concat([this.held, value]);
  }
}
