import wrapAnsi from "wrap-ansi";
import { clipLine } from "../../text/clip.js";
import { widthOf } from "../../text/width.js";

/** A narrower column holds no words that anybody reads. */
const NARROWEST = 16;
const BETWEEN = "  ";

/**
 * Columns of one width side by side, each cell wrapped in its own; an empty line between rows that take more than one. Null where there is no room for them.
 */
export function columnLines(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  room: number,
): string[] | null {
  const width = Math.floor((room - BETWEEN.length * (titles.length - 1)) / titles.length);
  if (width < NARROWEST) return null;
  const wrapped = [titles, ...rows].map((row) => rowLines(row, width));
  const apart = wrapped.some((lines) => lines.length > 1);
  return wrapped.flatMap((lines, i) => (apart && i > 1 ? ["", ...lines] : lines));
}

function rowLines(row: readonly string[], width: number): string[] {
  const cells = row.map((text) =>
    wrapAnsi(clipLine(text, 400), width, { hard: true, trim: true }).split("\n"),
  );
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, i) =>
    cells
      .map((lines) => padded(lines[i] ?? "", width))
      .join(BETWEEN)
      .trimEnd(),
  );
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}
