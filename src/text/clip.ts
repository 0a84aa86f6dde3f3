import { visible } from "./printable.js";

/** Cuts at a character's end, and says so with an ellipsis. `max` in UTF-16 units. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, Math.max(0, max - 1)).replace(/[\ud800-\udbff]$/, "")}…`;
}

/**
 * One printable line of at most `max` characters: line breaks become ␊, tabs one space. For what must stay on its line
 * and keep its spaces; `oneLine` (printable.ts) is for titles.
 */
export function clipLine(text: string, max = 300): string {
  const bounded = text.length > 4 * max ? text.slice(0, 4 * max) : text;
  return cut(visible(bounded).replace(/\n/g, "␊").replace(/\t/g, " "), max);
}

/** The printable lines of several texts, at most `max` of them, each bounded. */
export function clipLines(texts: readonly string[], max: number, width = 300): string[] {
  return texts
    .flatMap((text) => text.split("\n"))
    .slice(0, max)
    .map((line) => clipLine(line, width));
}

/** The last `lines` printable lines of a text, each bounded; says how many were left out. */
export function tailLines(text: string, lines: number, width = 300): string[] {
  const trimmed = visible(text).replace(/\n+$/, "");
  if (trimmed === "") return [];
  const all = trimmed.split("\n");
  const kept = lines <= 0 ? [] : all.slice(-lines).map((line) => cut(line.replace(/\t/g, "    "), width));
  const missing = all.length - kept.length;
  return missing > 0 && kept.length > 0 ? [`[${missing} earlier lines left out]`, ...kept] : kept;
}
