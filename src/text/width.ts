import stringWidth from "string-width";

/** Letters of Latin scripts, dashes, quotes, operators: what reports are made of, each a column wide and nothing that combines. */
const PLAIN = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u21ff\u2200-\u22ff]*$/;

/** Columns that a text takes in a terminal. Measuring clusters is slow, and slow to begin with, so it is done only where it may matter. */
export function widthOf(text: string): number {
  return PLAIN.test(text) || text.length > 300 ? text.length : stringWidth(text);
}
