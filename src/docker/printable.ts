/** ANSI escape sequences (CSI, OSC and the short ones), then every control character but tab. */
const SEQUENCES =
  /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-_]|[\x00-\x08\x0a-\x1f\x7f-\x9f]|[\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text from an engine or a build, made fit for one line of a terminal: no control sequences, at most `limit` characters. */
export function printable(text: string, limit: number): string {
  // Cut before and after: the input may be huge, and the sequences may not count.
  const line = text
    .slice(0, limit * 4)
    .replace(/\r?\n/g, " ")
    .replace(SEQUENCES, "")
    .trim();
  return line.length > limit ? `${line.slice(0, limit)}…` : line;
}

/** One line of a build's output: as `printable`, with its indentation kept. */
export function printableLine(text: string): string {
  return text.slice(0, 16_384).replace(SEQUENCES, "").trimEnd().slice(0, 4096);
}
