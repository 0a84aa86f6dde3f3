import type { EnvironmentRecord, Result } from "../result/result.js";

/** One repro, as it ended in every environment. */
export interface ShelfRow {
  readonly result: Result;
  /** Where the repro's name links to. */
  readonly path: string;
}

/**
 * The shelf as a Markdown table: a row per repro, a column per environment of the rows' campaigns, which all have the
 * same. A cell says how attempts end there, and how many, where it was not all of them.
 */
export function shelfTable(rows: readonly ShelfRow[]): string {
  const environments = rows[0]?.result.environments.map(({ id }) => id) ?? [];
  const lines = [
    ["repro", ...environments.map((id) => id.replace("-", "<br>"))],
    ["---", ...environments.map(() => ":-:")],
    ...rows.map(({ result, path }) => [
      `[${result.plan.repro.name}](${path})<br>${escaped(result.plan.repro.title)}`,
      ...result.environments.map(ending),
    ]),
  ];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** How attempts end in an environment, in a word or two: `SIGSEGV`, `hangs`, `exit 1`, `SIGABRT 3 of 20`, `clean`. */
export function ending({ attempts, outcomes, signatures }: EnvironmentRecord): string {
  if (attempts === 0) return "?";
  const counts = new Map<string, number>();
  for (const { outcome, signal, exitCode, count } of signatures) {
    const word =
      outcome === "crash" ? (signal ?? "crash") : outcome === "exit" ? `exit ${exitCode ?? "?"}` : "hangs";
    counts.set(word, (counts.get(word) ?? 0) + count);
  }
  if (outcomes.clean === attempts) return "clean";
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([word, count]) => `**${word}**${count === attempts ? "" : ` ${count} of ${attempts}`}`)
    .join(", ");
}

const BEGIN = "<!-- shelf: made by `npm run shelf` -->";
const END = "<!-- shelf ends -->";

/** A document with its shelf replaced by a new one; null where it has no place for one, between two comment lines. */
export function withShelf(document: string, table: string): string | null {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END, begin);
  if (begin < 0 || end < 0) return null;
  return `${document.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${document.slice(end)}`;
}

function escaped(text: string): string {
  return text.replace(/[\\|<>*_`[\]]/g, "\\$&");
}
