import { badRequest, infrastructure } from "../../failure.js";
import { Blobs } from "./blobs.js";
import { runGit, type GitAnswer } from "./run-git.js";
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
    const blobs = new Blobs(this.path, what);
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
