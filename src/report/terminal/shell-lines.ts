import { widthOf } from "../../text/width.js";

/** A word of a shell's: quoted parts and escaped characters are within it. */
const WORD = /(?:[^\s'"\\]|'[^']*'|"(?:[^"\\]|\\.)*"|\\.)+/g;

/** A shell's command in lines of at most `width` columns that can be copied: each but the last ends with a backslash. A longer word stays whole, and so does what is no command. */
export function shellLines(command: string, width: number): string[] {
  const words = [...command.matchAll(WORD)].map(([word]) => word);
  if (words.join(" ") !== command) return [command];
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    const more = line === "" ? word : `${line} ${word}`;
    // Room for the backslash of a line that goes on.
    if (line !== "" && widthOf(more) > width - 2) {
      lines.push(`${line} \\`);
      line = `  ${word}`;
    } else line = more;
  }
  return [...lines, line];
}
