/** They are kept in a label, and a line of a Dockerfile has a limit of 64 KiB. */
const MAX_WARNINGS = 80;
const MAX_LENGTH = 300;

/**
 * The linker's warnings in a build's output, as it printed them, each once: they say that a static program will load its
 * libc's modules at run time, and are evidence. A line that says in which function goes with the warning below it.
 */
export function linkWarnings(output: readonly string[]): string[] {
  const found = new Set<string>();
  output.forEach((line, index) => {
    const warning = /\bwarning: /.exec(line);
    if (warning === null || isCompilers(line)) return;
    const before = output[index - 1] ?? "";
    const where = /: in function `.*':$/i.test(before) ? `${stable(before)}\n` : "";
    found.add(where + stable(line));
  });
  return [...found].slice(0, MAX_WARNINGS);
}

/** A compiler's own warnings name line and column: `main.c:3:5: warning: …`. */
function isCompilers(line: string): boolean {
  return /^[^:\s]+:\d+:\d+: warning: /.test(line);
}

/** Names of temporary folders change with every build; without them the same build gives the same text. */
function stable(line: string): string {
  return line.replace(/\/tmp\/(go-(?:link|build)-?|cc)[A-Za-z0-9]*/g, "/tmp/$1…").slice(0, MAX_LENGTH);
}
