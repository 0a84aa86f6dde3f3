import type { Result } from "../result/result.js";
import { counted } from "../text/numbers.js";

/** Why a program could not be built, and where: environments that say the same are told of once. */
export interface Unbuilt {
  readonly environments: readonly string[];
  /** Its first line, in our words: `the program does not build:`. */
  readonly why: string;
  /** What the tools said, the lines around the first error. */
  readonly said: readonly string[];
  readonly remedy: string | null;
}

/** Lines of a build's tools that are shown. */
const MAX_LINES = 12;
/** Environments that are named. */
const MAX_NAMED = 8;

/** Of each environment whose program could not be built, in the order of the first. */
export function unbuilt({ environments }: Pick<Result, "environments">): Unbuilt[] {
  const groups = new Map<string, { names: string[]; why: string; remedy: string | null }>();
  for (const { id, notBuilt } of environments) {
    if (notBuilt === undefined) continue;
    const { why, remedy } = notBuilt;
    const key = JSON.stringify([why, remedy]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { names: [id], why, remedy });
    else group.names.push(id);
  }
  return [...groups.values()].map(({ names, why, remedy }) => {
    const [first = "", ...rest] = why.split("\n");
    const more = names.length - MAX_NAMED;
    return {
      environments: [...names.slice(0, MAX_NAMED), ...(more > 0 ? [`${more} more`] : [])],
      why: first,
      said: around(rest),
      remedy,
    };
  });
}

/** What a tool calls an error, in the words of most. */
const ERROR = /\berror\b|undefined reference|not found|No such file|cannot find|\bfailed\b/i;

/** The lines from the first error on: what stands before it is mostly what went well. */
function around(lines: readonly string[]): string[] {
  if (lines.length <= MAX_LINES) return [...lines];
  const error = Math.max(
    0,
    lines.findIndex((line) => ERROR.test(line)),
  );
  const from = Math.min(error, lines.length - MAX_LINES);
  const rest = lines.length - from - MAX_LINES;
  return [...lines.slice(from, from + MAX_LINES), ...(rest > 0 ? [`(${counted(rest, "more line")})`] : [])];
}
