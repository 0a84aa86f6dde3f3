import { execa } from "execa";
import { badRequest, infrastructure } from "../../failure.js";

/** A clone may be a stranger's, with a configuration of its own: none of it is to run anything. */
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
const MOST_BYTES = 256 * 1024 ** 2;

/** Runs git in a folder. Throws a Failure("request") with git's own words where it fails. */
export async function git(
  folder: string,
  words: readonly string[],
  input?: Buffer | string,
): Promise<Buffer> {
  const { exitCode, failed, stdout, stderr, code } = await execa("git", ["-C", folder, ...SAFE, ...words], {
    reject: false,
    encoding: "buffer",
    maxBuffer: MOST_BYTES,
    stripFinalNewline: false,
    env: { LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", GIT_NO_LAZY_FETCH: "1" },
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
  });
  if (code === "ENOENT") throw infrastructure("no git on this machine, which reads histories", "install git");
  if (exitCode === 0 && !failed) return Buffer.from(stdout);
  const said = Buffer.from(stderr)
    .toString("utf8")
    .trim()
    .replace(/^(fatal|error): /, "")
    .slice(0, 2000);
  throw badRequest(`git ${words[0] ?? ""} in ${folder}: ${said === "" ? "failed" : said}`);
}

/** The same, as lines. */
export async function gitLines(folder: string, words: readonly string[]): Promise<string[]> {
  return (await git(folder, words))
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
}
