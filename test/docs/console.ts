/**
 * Documents whose commands are run: a fenced block of `console` holds lines that begin with `$ ` (a command; lines that begin with `> ` go
 * on with it) and, under each, what it prints. A line `[…]` stands for any number of lines, `[…]` at a line's end for the rest of it.
 */

/** One command of a document, and the output that the document shows. */
export interface ConsoleCommand {
  readonly line: string;
  readonly shown: readonly string[];
  /** Index of the first line of output in the document, and the index after the last. */
  readonly from: number;
  readonly to: number;
}

export function consoleCommands(document: string): ConsoleCommand[] {
  const lines = document.split("\n");
  const commands: ConsoleCommand[] = [];
  let within = false;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (/^```/.test(line)) within = line.trim() === "```console";
    if (!within || !line.startsWith("$ ")) continue;
    let command = line.slice(2);
    let from = at + 1;
    while (/^>( |$)/.test(lines[from] ?? "")) command += `\n${(lines[from++] ?? "").slice(2)}`;
    let to = from;
    while (to < lines.length && !/^(\$ |```)/.test(lines[to] ?? "")) to += 1;
    commands.push({ line: command, shown: lines.slice(from, to), from, to });
    at = to - 1;
  }
  return commands;
}

/** What may differ between two runs of the same command: addresses, ids, times, dates, how long it took. */
export function settled(line: string): string {
  return line
    .replace(/\b\d{8}-\d{4}-([a-z0-9.-]+)-[a-z0-9]{4}\b/g, "ID-$1")
    .replace(/0x[0-9a-f]{5,}/g, "0xADDRESS")
    .replace(/\b[0-9a-f]{12,64}\b/g, "HASH")
    .replace(/\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?Z?)?)?/g, "DATE")
    .replace(/\b\d+(?:\.\d+)? (ms|s|min|kB|MB|GB)\b/g, "N $1")
    .replace(/\bthreads? [\d, and]+\d/g, "THREADS")
    .replace(/\s+/g, " ")
    .trim();
}

function alike(shown: string, printed: string): boolean {
  return shown.endsWith("[…]")
    ? settled(printed).startsWith(settled(shown.slice(0, -"[…]".length)))
    : settled(shown) === settled(printed);
}

/** Whether what was printed is what is shown, in the same order; `[…]` stands for any lines. */
export function agrees(shown: readonly string[], printed: readonly string[]): boolean {
  const [first, ...rest] = shown;
  if (first === undefined) return printed.every((line) => line.trim() === "");
  if (first.trim() === "[…]")
    return Array.from({ length: printed.length + 1 }, (_, i) => i).some((i) =>
      agrees(rest, printed.slice(i)),
    );
  const [next, ...others] = printed;
  return next !== undefined && alike(first, next) && agrees(rest, others);
}
