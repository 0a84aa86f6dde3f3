import type { Attempt } from "../run/attempt.js";
import { oneLine, visible } from "../text/printable.js";
import { streamText } from "./output.js";

const MAX_LINE = 300;
/** Enough of a stream's end for its last line. */
const TAIL = 4096;

/** What a program said last: the last line that is not blank of standard error, else of standard output; null where it said nothing. */
export function lastLine({
  stdout,
  stderr,
}: {
  readonly stdout: string;
  readonly stderr: string;
}): string | null {
  return namedCause(stderr) ?? lastOf(stderr) ?? lastOf(stdout);
}

/** Runtimes that name the cause first and then say more: a trace, or what else went down with it. `next`: the cause stands on the line behind. */
const CAUSES: readonly { readonly line: RegExp; readonly next?: RegExp }[] = [
  { line: /^Fortran runtime error: \S/ },
  // The first panic is the cause; who waited for that thread panics as well. Since Rust 1.73 the message has a line of its own.
  {
    line: /^thread '.{0,200}' (?:\(\d+\) )?panicked at /,
    next: /^thread '.{0,200}' (?:\(\d+\) )?panicked at \S.*:\d+:\d+:$/,
  },
];

/** The line in which a runtime names the cause, where it is not the last one; null where there is none. */
export function namedCause(text: string): string | null {
  const lines = text.split("\n");
  for (const { line, next } of CAUSES) {
    const at = lines.findIndex((each) => line.test(each));
    const found = lines[at];
    if (found === undefined) continue;
    const more = next?.test(found) === true ? ` ${lines[at + 1] ?? ""}` : "";
    return oneLine(`${found}${more}`.trimEnd(), MAX_LINE);
  }
  return null;
}

function lastOf(text: string): string | null {
  const lines = text.slice(-TAIL).trimEnd().split("\n");
  const last = lines.findLast((each) => each.trim() !== "" && !ADVICE.test(each)) ?? lines.at(-1) ?? "";
  const line = oneLine(last, MAX_LINE);
  return line === "" ? null : line;
}

/** What a runtime adds to whatever a program died of: how to get more out of it (Rust's panics, .NET's and Node's hints). */
const ADVICE =
  /^note: (?:run with `RUST_BACKTRACE|Some details are omitted)|^\(Use `node --trace-\w+ |^Node\.js v\d/;

/** The same of an attempt's raw output. */
export function lastLineOf(output: Attempt["output"]): string | null {
  if (output === null) return null;
  const { stdout, stderr } = output;
  return lastLine({ stdout: visible(streamText(stdout)), stderr: visible(streamText(stderr)) });
}

/**
 * A line, or a whole output, without what differs from run to run: words with a digit in them (numbers, times, addresses, names of
 * temporary files) are `#`.
 */
export function saidShape(text: string): string {
  return text.replace(/[\p{L}\p{N}_]*\p{N}[\p{L}\p{N}_]*/gu, "#").replace(/#(?:[.:,+-]#)+/g, "#");
}

/** What a whole output says, both streams, without what differs from run to run; empty where nothing was printed. */
export function printedShape(output: NonNullable<Attempt["output"]>): string {
  return saidShape(printed(output));
}

/** Both streams of an output as text, standard output first; empty where nothing was printed. */
export function printed({ stdout, stderr }: NonNullable<Attempt["output"]>): string {
  if (stdout.total === 0 && stderr.total === 0) return "";
  return [stdout, stderr]
    .map((stream) => visible(streamText(stream)).trimEnd())
    .filter((text) => text !== "")
    .join("\n");
}
