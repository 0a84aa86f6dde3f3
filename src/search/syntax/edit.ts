/** A program's files that are looked at: path in the repro -> text. */
export type Files = Readonly<Record<string, string>>;

/** Text in place of a stretch of a file. */
export interface Edit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The files after edits that do not overlap. What is removed twice, whole or in part, is removed once. */
export function applyEdits(files: Files, edits: readonly Edit[]): Files {
  const changed: Record<string, string> = { ...files };
  const names = new Set(edits.map(({ file }) => file));
  for (const name of names) {
    const text = files[name];
    if (text === undefined) throw new RangeError(`no file '${name}' to edit`);
    changed[name] = edited(
      text,
      edits.filter(({ file }) => file === name),
    );
  }
  return changed;
}

function edited(text: string, edits: readonly Edit[]): string {
  const ordered = [...edits].sort((a, b) => a.start - b.start || b.end - a.end);
  let result = "";
  let at = 0;
  for (const { start, end, text: put } of ordered) {
    if (end <= at && start < at) continue;
    result += text.slice(at, Math.max(at, start)) + put;
    at = Math.max(at, end);
  }
  return result + text.slice(at);
}

/** Whether two sets of edits touch different text, so that both can be made. */
export function disjoint(a: readonly Edit[], b: readonly Edit[]): boolean {
  return a.every((one) =>
    b.every((other) => one.file !== other.file || one.end <= other.start || other.end <= one.start),
  );
}

/** Characters that edits take away, less those that they put in their place. */
export function saved(edits: readonly Edit[]): number {
  return edits.reduce((sum, { start, end, text }) => sum + end - start - text.length, 0);
}

/** Removes a stretch; with its whole lines where nothing else is on them. */
export function removal(file: string, text: string, start: number, end: number): Edit {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const newline = text.indexOf("\n", end);
  const lineEnd = newline === -1 ? text.length : newline + 1;
  const alone =
    text.slice(lineStart, start).trim() === "" && text.slice(end, lineEnd).replace(/^\s*;/, "").trim() === "";
  return alone ? { file, start: lineStart, end: lineEnd, text: "" } : { file, start, end, text: "" };
}

/** The text of a block without its braces, moved to where a statement at `indent` stands. */
export function dedented(inner: string, indent: string): string {
  const lines = inner
    .replace(/^[ \t]*\n/, "")
    .replace(/\s+$/, "")
    .split("\n");
  const full = lines.filter((line) => line.trim() !== "");
  const common = Math.min(...full.map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0));
  return lines
    .map((line, i) => (line.trim() === "" ? "" : (i === 0 ? "" : indent) + line.slice(common)))
    .join("\n");
}

/** White space that the line of a place begins with. */
export function indentAt(text: string, at: number): string {
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, at))?.[0] ?? "";
}
