import type { Binary } from "../../images/binary.js";
import type { Plan } from "../../plan/plan.js";
import type { HeaderEntry } from "./entry.js";

/** Changes that are told; more add nothing. */
const MAX_SHOWN = 8;

/** What would change if a campaign went on with this plan and these binaries, in words; empty where nothing would. */
export function changes(
  header: Pick<HeaderEntry, "plan" | "binaries">,
  plan: Plan,
  binaries: ReadonlyMap<string, Binary>,
): string[] {
  // By what the plans say, not by their hashes: a plan that was put together from two would have the hash of one.
  const found = differences("plan", header.plan, plan).filter(
    (text) => !/^plan\.(hash|command|request)\b/.test(text),
  );
  for (const { id } of header.plan.cells) {
    const before = header.binaries[id];
    const now = binaries.get(id);
    if (before === undefined || now === undefined) {
      if (before !== now) found.push(`the binary of ${id} ${now === undefined ? "is missing" : "is new"}`);
      continue;
    }
    for (const [what, of] of BINARY_PARTS) {
      if (of(before) !== of(now)) found.push(`${what} of ${id} was ${of(before)} and is ${of(now)}`);
    }
  }
  return found.length > MAX_SHOWN
    ? [...found.slice(0, MAX_SHOWN), `and ${found.length - MAX_SHOWN} more`]
    : found;
}

const BINARY_PARTS: readonly [what: string, of: (binary: Binary) => string][] = [
  ["the program (sha256)", ({ sha256 }) => sha256],
  ["the image", ({ image }) => image],
  ["the program's path", ({ program }) => program],
  ["the image that it was built in", ({ builtIn }) => builtIn.image],
  ["the image that it ran in", ({ ranOn }) => ranOn.image],
];

/** Where two JSON values differ, by path: `plan.cells.0.run.args.1 was "a" and is "b"`. */
function differences(path: string, before: unknown, now: unknown): string[] {
  if (isTree(before) && isTree(now) && Array.isArray(before) === Array.isArray(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return keys.flatMap((key) => differences(`${path}.${key}`, before[key], now[key]));
  }
  return before === now ? [] : [`${path} was ${shown(before)} and is ${shown(now)}`];
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? "not there";
  return json.length > 80 ? `${json.slice(0, 77)}...` : json;
}
