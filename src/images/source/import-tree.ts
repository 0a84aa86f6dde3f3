import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { infrastructure } from "../../failure.js";
import { TreeBounds, type TreeFile } from "./tree.js";

export interface ImportAs {
  readonly branch: string;
  readonly tag: string;
  readonly message: string;
}

const MODES = { file: "100644", executable: "100755", link: "120000" } as const;
/** The same files make the same commit wherever they are fetched. */
const COMMITTER = "vivarium <vivarium@localhost> 946684800 +0000";

/** Puts a tree into a bare repository of vivarium's own, as a commit without a parent; the repository is made where there is none. */
export async function importTree(
  repository: string,
  files: AsyncIterable<TreeFile>,
  { branch, tag, message }: ImportAs,
): Promise<void> {
  await mkdir(dirname(repository), { recursive: true });
  await git(["init", "--quiet", "--bare", "--template=", repository], nothing());
  await git(
    [
      "-C",
      repository,
      "-c",
      "core.hooksPath=/dev/null",
      "fast-import",
      "--quiet",
      "--force",
      "--date-format=raw",
    ],
    stream(repository, files, { branch, tag, message }),
  );
}

async function* stream(
  repository: string,
  files: AsyncIterable<TreeFile>,
  { branch, tag, message }: ImportAs,
): AsyncGenerator<string | Buffer> {
  const bounds = new TreeBounds(repository);
  yield `reset refs/heads/${branch}\n\ncommit refs/heads/${branch}\ncommitter ${COMMITTER}\n`;
  yield* data(Buffer.from(message));
  yield "deleteall\n";
  for await (const { path, kind, content } of files) {
    if (path === "" || path === ".") continue;
    bounds.add(path, content.length);
    yield `M ${MODES[kind]} inline ${quoted(path)}\n`;
    yield* data(content);
  }
  yield `\nreset refs/tags/${tag}\nfrom refs/heads/${branch}\n\ndone\n`;
}

function* data(content: Buffer): Generator<string | Buffer> {
  yield `data ${content.length}\n`;
  yield content;
  yield "\n";
}

/** A path as git's own quoting has it: any byte may be in one. */
function quoted(path: string): string {
  return `"${path.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n")}"`;
}

async function* nothing(): AsyncGenerator<never> {
  yield* [];
}

/** Runs git with what is written to its standard input. Throws a Failure where it fails. */
async function git(words: readonly string[], input: AsyncIterable<string | Buffer>): Promise<void> {
  const child = spawn("git", words, {
    stdio: ["pipe", "ignore", "pipe"],
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], LC_ALL: "C", GIT_CONFIG_NOSYSTEM: "1" },
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  child.stdin.on("error", () => undefined);
  const ended = new Promise<number>((settle, reject) => {
    child.on("error", (error) =>
      reject(infrastructure(`git cannot be started: ${error.message}`, "install git", error)),
    );
    child.on("close", (code) => settle(code ?? 1));
  });
  ended.catch(() => undefined);
  try {
    for await (const piece of input) {
      if (child.stdin.destroyed || child.exitCode !== null) break;
      if (!child.stdin.write(piece)) await Promise.race([once(child.stdin, "drain"), ended]);
    }
    child.stdin.end();
  } catch (error) {
    child.kill();
    throw error;
  }
  const code = await ended;
  if (code !== 0) throw infrastructure(`git ${words[0] === "init" ? "init" : "fast-import"}: ${said.trim()}`);
}
