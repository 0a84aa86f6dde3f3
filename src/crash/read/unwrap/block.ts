import type { LogText } from "./log-text.js";

/** How a log stands in what it was pasted into. */
export interface Block {
  /** By how much its lines are indented. */
  readonly indent: number;
  /** Its first line with text, from 0, and how much stands before that: the same, or the mark of a list or of a test's own log. */
  readonly head: number;
  readonly mark: number;
}

/** `- panic: …`, `1. …`, `    x_test.go:158: …`: the lines that follow are indented. */
const MARK = /^\s{0,12}(?:[-*+•] |\d{1,3}[.)] |[\w.-]{1,80}\.go:\d{1,6}: )/;
const LEAST_BELOW = 2;

/** By how much all lines of a log are indented that are not empty; below a mark all but the first. */
export function blockOf(text: LogText): Block {
  let head = -1;
  let first = "";
  let rest = Infinity;
  let at = 0;
  for (const line of text.lines(256)) {
    const own = line.search(/\S/);
    if (own !== -1) {
      if (head === -1) [head, first] = [at, line];
      else rest = Math.min(rest, own);
      if (rest === 0) break;
    }
    at++;
  }
  const own = Math.max(0, first.search(/\S/));
  const mark = MARK.exec(first)?.[0].length ?? 0;
  if (mark > 0 && rest >= LEAST_BELOW && rest !== Infinity && rest > own) return { indent: rest, head, mark };
  const indent = Math.min(own, rest);
  return { indent, head, mark: indent };
}
