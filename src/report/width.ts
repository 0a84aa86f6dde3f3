import stringWidth from "string-width";

/** Columns that a text takes in a terminal. Measuring clusters is slow, so it is done only where it may matter. */
export function widthOf(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) || text.length > 300 ? text.length : stringWidth(text);
}
