import { clipLine } from "../../text/clip.js";
import { shortened } from "./figure.js";

/** A row of a plot by its place and its name, so that two of one name are two rows. `letters`: room for the name. */
export function rowLabel(name: string, place: number, letters: number): string {
  return `${place}\u0000${shortened(clipLine(name, 200), letters)}`;
}

/** What a row's label shows: the name alone. */
export function shownLabel(row: string): string {
  return row.slice(row.indexOf("\u0000") + 1);
}
