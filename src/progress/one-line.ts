import { stripVTControlCharacters } from "node:util";

/** Text of which any character past this is left out before it is looked at. */
const LONGEST = 4096;

/**
 * Foreign text (a build's output, a program's name) as one harmless line: escape sequences gone, and with them all that
 * could move the cursor, colour the screen or reorder it (C0, C1, bidirectional and zero-width controls, lone surrogates).
 */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text.slice(0, LONGEST))
    .replace(/[\t\n\r\v\f\u2028\u2029]+/g, " ")
    .replace(/[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, "")
    .trim();
}

/** A line cut to `width` characters, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  return width < 1 ? "" : `${characters.slice(0, width - 1).join("")}…`;
}
