import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { badRequest, infrastructure } from "../../failure.js";

/** Answers of git are short; a hostile repository's need not be. */
const MOST_OUTPUT = 256 * 1024 ** 2;

/**
 * A clone may be a stranger's, with a configuration of its own. Only objects and names are read, which runs no hook, no filter and
 * no transport that it names.
 */
const SAFE = [
  "--no-pager",
  "--no-replace-objects",
  "-c",
  "core.fsmonitor=false",
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "protocol.allow=never",
];

/** What git said. */
export interface GitAnswer {
  readonly code: number;
  readonly stdout: Buffer;
  /** Without its `fatal: `. */
  readonly stderr: string;
}

/** Runs git in a folder, whatever it answers. */
export async function runGit(
  folder: string,
  words: readonly string[],
  input: Buffer | string = "",
): Promise<GitAnswer> {
  const child = spawnGit(folder, words);
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const chunks: Buffer[] = [];
  let size = 0;
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-4096)));
  child.stdout.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > MOST_OUTPUT) child.kill();
    else chunks.push(chunk);
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "ENOENT"
          ? infrastructure("no git on this machine, which reads sources", "install git", error)
          : error,
      ),
    );
    child.on("close", (status) => resolve(status ?? 1));
  });
  return { code, stdout: Buffer.concat(chunks), stderr: stderr.trim().replace(/^(fatal|error): /, "") };
}

/** Runs git in a folder. Throws a Failure("request") with git's own words where it fails. */
export async function git(
  folder: string,
  words: readonly string[],
  input: Buffer | string = "",
): Promise<Buffer> {
  const { code, stdout, stderr } = await runGit(folder, words, input);
  if (code === 0) return stdout;
  throw badRequest(`git ${words[0] ?? ""} in ${folder}: ${stderr === "" ? "failed" : stderr.slice(0, 2000)}`);
}

/** The same, as lines. */
export async function gitLines(folder: string, words: readonly string[]): Promise<string[]> {
  return (await git(folder, words))
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
}

/** Starts git in a folder. */
export function spawnGit(
  folder: string,
  words: readonly string[],
): ChildProcessByStdio<Writable, Readable, Readable> {
  return spawn("git", ["-C", folder, ...SAFE, ...words], {
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      LC_ALL: "C",
      GIT_TERMINAL_PROMPT: "0",
      GIT_OPTIONAL_LOCKS: "0",
      GIT_NO_LAZY_FETCH: "1",
    },
  });
}
