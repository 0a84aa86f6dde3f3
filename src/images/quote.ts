/** A word of a POSIX shell command line that stands for exactly `text`. */
export function shellQuote(text: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A command line of these words, the way a person would write it. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellQuote).join(" ");
}
