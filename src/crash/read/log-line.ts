import { plain } from "../../text/printable.js";

/** Lines beyond this many characters are cut before they are looked at: no trace has longer ones. */
export const MAX_LINE = 8192;

/** What CI systems, compose, kubectl, syslog and quoting put before a line. Sticky; each alternative is linear. */
const PREFIX = new RegExp(
  [
    // 2024-05-01T10:00:00.0000000Z (GitHub), followed by GitLab's stream mark 00O or 01E+
    String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?(?: \d\d[OE]\+?)? ?`,
    String.raw`\[\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\] ?`,
    String.raw`\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]? `,
    // Nov 24 16:33:01 host program[12]:
    String.raw`[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S{1,64} [^\s:[\]]{1,64}(?:\[\d{1,9}\])?: ?`,
    String.raw`##\[[a-z]{1,16}\]`,
    String.raw`(?:Error|ERROR): (?=panic: |fatal error: |SIG|\[signal )`,
    // web-1  | (compose), step 3/7 | (others)
    String.raw`[A-Za-z0-9][\w.@/-]{0,127} {0,40}\| ?`,
    // [pod/name/container] (kubectl --prefix)
    String.raw`\[pod/[\w./-]{1,200}\] `,
    String.raw`[>|] ?`,
  ].join("|"),
  "y",
);
const MAX_PREFIXES = 6;

/** A line of `go test -json`: its text, without the newline; null for any other line. */
function testOutput(line: string): string | null {
  if (!line.startsWith('{"') || !line.includes('"Action":"output"')) return null;
  try {
    const event: unknown = JSON.parse(line);
    if (typeof event !== "object" || event === null || !("Output" in event)) return null;
    return typeof event.Output === "string" ? event.Output.replace(/\n$/, "") : null;
  } catch {
    return null;
  }
}

/** A log's line without what the log put before it: timestamps, `##[error]`, `web-1  | `, `> `, test2json. */
export function unwrapped(line: string): string {
  // Nearly every line of a bare trace ends here.
  if (!/^[\d[>|#{A-Z]/.test(line) && !line.includes("|")) return line;
  let at = 0;
  for (let i = 0; i < MAX_PREFIXES; i++) {
    PREFIX.lastIndex = at;
    const match = PREFIX.exec(line);
    if (match === null) break;
    at = PREFIX.lastIndex;
  }
  const rest = at === 0 ? line : line.slice(at);
  return testOutput(rest) ?? rest;
}

/** A log that was made plain: what many readers read is made so once. */
export class PlainLog {
  readonly text: string;

  constructor(raw: string | Uint8Array) {
    this.text = plain(raw);
  }
}

/** A log, as it was written or made plain. */
export type Log = string | Uint8Array | PlainLog;

/** The lines of a log, made plain, one at a time: 64 MiB of newlines must not become 64 million strings at once. */
export function* lines(log: Log): Generator<string> {
  const { text } = log instanceof PlainLog ? log : new PlainLog(log);
  for (let at = 0; at <= text.length;) {
    const end = text.indexOf("\n", at);
    const stop = end === -1 ? text.length : end;
    yield text.slice(at, Math.min(stop, at + MAX_LINE));
    at = stop + 1;
  }
}
