import { FIRST_REPRO } from "../request/subject.js";

/** Options that say how and where a campaign is run or shown, not what it measures; true where a value follows. */
const LEFT_OUT: Readonly<Record<string, boolean>> = {
  "--json": false,
  "--debug": false,
  "--bisect-exit": false,
  "--lock": false,
  "--locked": false,
  "--progress": true,
  "--host": true,
  "--context": true,
  "--config": true,
  "--out": true,
};

/** The command line that repeats a campaign: what was typed, without what means nothing to another person. */
export function repeatable(argv: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    // What follows is the program's own.
    if (word === "--") return [...kept, ...argv.slice(i)];
    const takesValue = LEFT_OUT[word.split("=")[0] as string];
    if (takesValue === undefined) kept.push(word);
    else if (takesValue && !word.includes("=")) i++;
  }
  return kept.length <= 1 ? ["run", FIRST_REPRO] : kept;
}
