import { printed, printedShape } from "../crash/said.js";
import type { KeyOutcome } from "../run/state/campaign-outcome.js";
import { clipLine } from "../text/clip.js";
import { listed } from "../text/numbers.js";
import { oneLine } from "../text/printable.js";
import type { EnvironmentRecord, OutputRecord } from "./result.js";

/** Kinds of output that are kept of an environment, and characters of each. */
const MOST = 8;
const LONGEST = 2000;
/** A line in a sentence. */
const LINE = 80;

/** What clean attempts printed, the most frequent first; outputs that differ in numbers and addresses alone are one. */
export function outputsOf(keys: readonly KeyOutcome[]): OutputRecord[] {
  const kinds = new Map<string, { texts: Set<string>; count: number }>();
  for (const { outcome, count, kept } of keys) {
    const outputs = kept.flatMap(({ output }) => output ?? []);
    const [first] = outputs;
    if (outcome !== "clean" || first === undefined) continue;
    const shape = printedShape(first);
    if (shape === "") continue;
    const kind = kinds.get(shape) ?? { texts: new Set<string>(), count: 0 };
    for (const output of outputs) kind.texts.add(printed(output));
    kinds.set(shape, { ...kind, count: kind.count + count });
  }
  return [...kinds]
    .sort(([, a], [, b]) => b.count - a.count)
    .slice(0, MOST)
    .map(([shape, { texts, count }]) => ({
      text: ([...texts][0] ?? "").slice(0, LONGEST),
      count,
      varies: texts.size > 1,
      shape: shape.slice(0, LONGEST),
    }));
}

/** What is compared of an output: all of it where its numbers stay, else its shape. Times of day and dates tell nothing. */
function telling({ text, shape, varies }: OutputRecord): string {
  return varies || /\d\d:\d\d:\d\d|\b20\d\d-\d\d-\d\d\b/.test(text) ? shape : text;
}

/**
 * `clean attempts print different text: "MB_CUR_MAX 1" on glibc-2.36, "MB_CUR_MAX 4" on musl-1.2.3`: environments whose clean attempts print one
 * thing each, and not the same. Empty where they agree, or where one environment by itself prints now this, now that.
 */
export function printedDifferences(environments: readonly EnvironmentRecord[]): string[] {
  const steady = environments.flatMap((environment) => {
    const [only, ...others] = environment.outputs;
    return only === undefined || others.length > 0 || environment.attempts < 2 ? [] : [{ environment, only }];
  });
  // Numbers that change in one environment tell nothing in another.
  const varies = new Set(steady.filter(({ only }) => only.varies).map(({ only }) => only.shape));
  const groups = new Map<string, { output: OutputRecord; names: string[] }>();
  for (const { environment, only } of steady) {
    const key = varies.has(only.shape) ? only.shape : telling(only);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { output: only, names: [environment.id] });
    else group.names.push(environment.id);
  }
  if (groups.size < 2) return [];
  const kinds = [...groups.values()];
  const at = firstDifference(kinds.map(({ output }) => output.text.split("\n")));
  const told = kinds.slice(0, 4).map(({ output, names }) => {
    const line = output.text.split("\n")[at];
    const said = line === undefined ? "nothing more" : JSON.stringify(oneLine(line, LINE));
    return `${said} on ${listed(names.slice(0, 6).map((name) => clipLine(name, 60)))}${names.length > 6 ? ` and ${names.length - 6} more` : ""}`;
  });
  const more = kinds.length > told.length ? `; ${kinds.length - told.length} more kinds` : "";
  return [
    `clean attempts print different text${at === 0 ? "" : ` in line ${at + 1}`}: ${told.join("; ")}${more}`,
  ];
}

function firstDifference(texts: readonly (readonly string[])[]): number {
  const longest = Math.max(...texts.map(({ length }) => length));
  for (let at = 0; at < longest; at++) if (new Set(texts.map((lines) => lines[at])).size > 1) return at;
  return 0;
}
