import cliTruncate from "cli-truncate";
import { widthOf } from "../../text/width.js";
import type { Paint, Role } from "./paint.js";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** May be shortened where the table is too wide; the others never are. */
  readonly shrinks?: boolean;
  /** Characters that it keeps; default 8. */
  readonly least?: number;
  /** Where its texts are shortened; default: in the middle. */
  readonly cut?: "middle" | "end";
}

export interface TableCell {
  readonly text: string;
  readonly role?: Role;
}

const GAP = "  ";
/** A shrinking column keeps this many characters. */
const LEAST = 8;

/** Takes from the widest shrinking column until all fit. */
function fitted(columns: readonly Column[], natural: readonly number[], room: number): number[] {
  const widths = [...natural];
  const total = () => widths.reduce((sum, width) => sum + width, 0) + GAP.length * (columns.length - 1);
  while (total() > room) {
    let widest = -1;
    columns.forEach(({ shrinks, least = LEAST }, i) => {
      const width = widths[i] ?? 0;
      if (shrinks === true && width > least && width > (widths[widest] ?? 0)) widest = i;
    });
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** Lines of a table, at most `room` columns wide as long as what may shrink can be shrunk. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly TableCell[])[],
  room: number,
  paint: Paint,
): string[] {
  const natural = columns.map(({ title }, i) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[i]?.text ?? ""))),
  );
  const widths = fitted(columns, natural, room);
  const line = (cells: readonly TableCell[], isHead: boolean) =>
    columns
      .map(({ align, cut = "middle" }, i) => {
        const position = isHead ? "end" : cut;
        const cell = cells[i] ?? { text: "" };
        const width = widths[i] ?? 0;
        const text = widthOf(cell.text) > width ? cliTruncate(cell.text, width, { position }) : cell.text;
        const space = " ".repeat(Math.max(0, width - widthOf(text)));
        const painted = cell.role === undefined ? text : paint(cell.role, text);
        if (align === "right") return space + painted;
        return i === columns.length - 1 ? painted : painted + space;
      })
      .join(GAP)
      .trimEnd();
  return [
    line(
      columns.map(({ title }) => ({ text: title, role: "quiet" })),
      true,
    ),
    ...rows.map((row) => line(row, false)),
  ];
}

/** The table's width where nothing is shortened. */
export function naturalWidth(columns: readonly Column[], rows: readonly (readonly TableCell[])[]): number {
  return columns.reduce(
    (sum, { title }, i) =>
      sum +
      (i === 0 ? 0 : GAP.length) +
      Math.max(widthOf(title), ...rows.map((row) => widthOf(row[i]?.text ?? ""))),
    0,
  );
}
