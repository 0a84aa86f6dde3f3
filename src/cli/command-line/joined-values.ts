/** Options whose values are words of another tool's command line, and so begin with a dash. */
const FLAGS_OF_OTHERS = new Set(["--cflags", "--ldflags", "--goflags", "--arg"]);
/** Our own short options: after `--cflags`, one of these means that the value was forgotten. */
const OUR_SHORT = /^-[a-z]$/;

/**
 * The command line with such values joined to their options: `--cflags '-O2 -g'` becomes `--cflags=-O2 -g`. yargs takes every word that begins
 * with a dash for an option. A word with two dashes and no space stays an option of ours; what stands after `--` is left alone.
 */
export function joinedValues(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? "";
    if (word === "--") return [...joined, ...argv.slice(at)];
    const value = argv[at + 1];
    if (FLAGS_OF_OTHERS.has(word) && value !== undefined && isTheirs(value)) {
      joined.push(`${word}=${value}`);
      at += 1;
    } else {
      joined.push(word);
    }
  }
  return joined;
}

function isTheirs(value: string): boolean {
  return value.startsWith("-") && !OUR_SHORT.test(value) && (!value.startsWith("--") || /\s/.test(value));
}
