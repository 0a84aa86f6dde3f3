import { chmod, cp, mkdir, realpath, writeFile } from "node:fs/promises";
import { dirname, join, posix, relative, resolve } from "node:path";
import { badRequest } from "../../failure.js";
import { namedFiles, type ReproFolder } from "../../manifest/load.js";
import type { ChangeRecord } from "../../result/search/bisect-details.js";
import { History, type HistoryNode } from "../strategy/bisect/history.js";
import { Blobs } from "../../images/source/blobs.js";
import { git, gitLines, runGit } from "../../images/source/run-git.js";

/** A range of a clone: its commits as a history, their words, and both ends. */
export interface CommitRange {
  readonly folder: string;
  readonly history: History;
  readonly newEnd: string;
  readonly oldEnd: string;
  readonly subjects: ReadonlyMap<string, string>;
}

const MOST = 20_000;

/** The commits between two names of a clone. Throws a Failure("request") where a name is none, or nothing lies between. */
export async function commitRange(folder: string, from: string, to: string): Promise<CommitRange> {
  if ((await runGit(folder, ["rev-parse", "--git-dir"])).code !== 0)
    throw badRequest(
      `${folder} lies in no git repository`,
      "name the clone that has the commits: --source NAME=PATH (your own project's: --source .=PATH)",
    );
  const [oldEnd, newEnd] = [await commitOf(folder, from), await commitOf(folder, to)];
  const lines = await gitLines(folder, [
    "log",
    "--topo-order",
    "--reverse",
    "--format=%H%x09%P%x09%s",
    `${oldEnd}..${newEnd}`,
    "--",
  ]);
  const subjects = new Map<string, string>();
  const nodes: HistoryNode[] = lines.map((line) => {
    const [id = "", parents = "", ...subject] = line.split("\t");
    subjects.set(id, subject.join("\t"));
    return { id, parents: parents.split(" ").filter((parent) => parent !== "") };
  });
  if (nodes.length === 0) {
    throw oldEnd === newEnd
      ? badRequest(`${from}..${to}: both are the same commit`, "name two: the older one first")
      : badRequest(
          `${from}..${to}: no commit lies between, as ${to} is the older of the two`,
          `name the older one first: ${to}..${from}`,
        );
  }
  if (nodes.length > MOST)
    throw badRequest(`${from}..${to}: ${nodes.length} commits, more than ${MOST}`, "name a nearer end");
  // The older end has to be a point, also where no commit of the range was made from it directly.
  const has = nodes.some(({ parents }) => parents.includes(oldEnd));
  const rooted = has
    ? nodes
    : nodes.map((node, i) => (i === 0 ? { ...node, parents: [...node.parents, oldEnd] } : node));
  subjects.set(oldEnd, (await git(folder, ["log", "-1", "--format=%s", oldEnd])).toString("utf8").trim());
  return { folder, history: new History(rooted), newEnd, oldEnd, subjects };
}

async function commitOf(folder: string, name: string): Promise<string> {
  const [id] = await gitLines(folder, [
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${name}^{commit}`,
  ]).catch(() => []);
  if (id !== undefined) return id;
  const refs = await gitLines(folder, [
    "for-each-ref",
    "--format=%(refname:short)",
    "--count=8",
    "--sort=-creatordate",
    "refs/tags",
    "refs/heads",
  ]);
  const [shallow] = await gitLines(folder, ["rev-parse", "--is-shallow-repository"]);
  const has =
    refs.length === 0 ? "it has neither tags nor branches" : `it has, among others: ${refs.join(", ")}`;
  throw badRequest(
    `${name}: not a commit of ${folder}`,
    shallow === "true"
      ? `this clone has only the newest commits: \`git fetch --unshallow --tags\` there gets the others; ${has}`
      : has,
  );
}

/** A commit in full: author, date, subject and `git show --stat`. */
export async function describeCommit(folder: string, id: string): Promise<Omit<ChangeRecord, "probability">> {
  const [author = "", date = "", title = ""] = (
    await git(folder, ["log", "-1", "--format=%an <%ae>%x00%as%x00%s", id])
  )
    .toString("utf8")
    .trim()
    .split("\0");
  const shown = (
    await git(folder, [
      "show",
      "--stat",
      "--no-color",
      "--no-ext-diff",
      "--no-textconv",
      "--format=medium",
      id,
    ])
  ).toString("utf8");
  return { id, title, author, date, shown: shown.slice(0, 20_000).trim() };
}

/**
 * Lays a commit's files over a copy of the repro: what its manifest names comes from the commit where the commit has it, else from the working
 * folder, as a test that was written later does. Files only: links and submodules of a tree are left out.
 */
export async function layCommit(
  repro: ReproFolder,
  clone: string,
  commit: string,
  copy: string,
): Promise<void> {
  const top = (await git(clone, ["rev-parse", "--show-toplevel"])).toString("utf8").trim();
  const prefix = posix.normalize(relative(await realpath(top), await realpath(clone)) || ".");
  for (const named of namedFiles(repro.manifest).keys()) {
    const inTree = posix.normalize(posix.join(prefix, named));
    const entries = await treeEntries(clone, commit, inTree);
    if (entries.length === 0) {
      await cp(join(repro.path, named), join(copy, named), { recursive: true });
      continue;
    }
    const blobs = new Blobs(clone, commit);
    try {
      blobs.ask(entries.map(({ id }) => id));
      for (const { mode, path } of entries) {
        const content = await blobs.next();
        const to = join(copy, relative(prefix, path));
        if (relative(copy, resolve(to)).startsWith(".."))
          throw badRequest(`${commit}: '${path}' leads out of its tree`);
        await mkdir(dirname(to), { recursive: true });
        await writeFile(to, content);
        await chmod(to, mode === "100755" ? 0o755 : 0o644);
      }
    } finally {
      blobs.close();
    }
  }
}

interface TreeEntry {
  readonly mode: string;
  readonly id: string;
  readonly path: string;
}

const REGULAR = new Set(["100644", "100755"]);
const MOST_FILES = 20_000;

/** The regular files of a commit at a path, or under it. */
async function treeEntries(clone: string, commit: string, path: string): Promise<TreeEntry[]> {
  const words = ["ls-tree", "-r", "-z", "--full-tree", commit, ...(path === "." ? [] : ["--", path])];
  const entries = (await git(clone, words))
    .toString("utf8")
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const [mode = "", , id = ""] = line.slice(0, line.indexOf("\t")).split(" ");
      return { mode, id, path: line.slice(line.indexOf("\t") + 1) };
    })
    .filter(({ mode }) => REGULAR.has(mode));
  if (entries.length > MOST_FILES)
    throw badRequest(
      `${commit}: more than ${MOST_FILES} files`,
      "name only what the program needs in the manifest",
    );
  return entries;
}
