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

type Cut = "start" | "middle" | "end";

function cutTo(texts: readonly string[], width: number, position: Cut): string[] {
  return texts.map((text) => (widthOf(text) > width ? cliTruncate(text, width, { position }) : text));
}

/** Texts of one column cut to its width; two that differ still do so afterwards, by where they are cut, or by a number. */
function cutApart(texts: readonly string[], width: number, cut: Cut): string[] {
  const wanted = new Set(texts).size;
  const cuts = [...new Set<Cut>([cut, "middle", "start", "end"])].map((position) =>
    cutTo(texts, width, position),
  );
  const apart = cuts.find((found) => new Set(found).size === wanted);
  if (apart !== undefined) return apart;
  const known = new Map<string, string>();
  const taken = new Set<string>();
  return texts.map((text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    let [name = ""] = cutTo([text], width, cut);
    for (let n = 2; taken.has(name); n++)
      name = `${cliTruncate(text, Math.max(1, width - `${n}`.length - 1), { position: "end" })}#${n}`;
    taken.add(name);
    known.set(text, name);
    return name;
  });
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
  // What rows are named by stays apart; of their other texts a part says enough.
  const cutTexts = columns.map(({ cut = "middle" }, i) => {
    const texts = rows.map((row) => row[i]?.text ?? "");
    const width = widths[i] ?? 0;
    return i === 0 ? cutApart(texts, width, cut) : cutTo(texts, width, cut);
  });
  const line = (cells: readonly TableCell[], row: number | null) =>
    columns
      .map(({ align }, i) => {
        const cell = cells[i] ?? { text: "" };
        const width = widths[i] ?? 0;
        const text =
          row === null ? cliTruncate(cell.text, width, { position: "end" }) : (cutTexts[i]?.[row] ?? "");
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
      null,
    ),
    ...rows.map((row, i) => line(row, i)),
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
