import { cellOf } from "../cell.js";
import { clipLine } from "../../text/clip.js";
import type { Grid } from "../grid.js";
import type { Paint, Role } from "./paint.js";
import { naturalWidth, tableLines, type Column, type TableCell } from "./table.js";

export const ROLES: Record<string, Role> = {
  crash: "crash",
  exit: "warning",
  timeout: "warning",
  clean: "good",
  none: "quiet",
};

interface Sheet {
  readonly corner: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly TableCell[])[];
}

function sheet(grid: Grid, turned: boolean, marks: ReadonlyMap<string, string>): Sheet {
  const [down, across] = turned ? [grid.columns, grid.rows] : [grid.rows, grid.columns];
  const rows = down.map((row) => [
    { text: clipLine(row, 200) },
    ...across.map((column): TableCell => {
      const environment = turned ? grid.at(column, row) : grid.at(row, column);
      if (environment === undefined) return { text: "·", role: "quiet" };
      const cell = cellOf(environment, marks);
      return { text: cell.text, role: ROLES[cell.tone] ?? "quiet" };
    }),
  ]);
  const axes = turned ? [grid.columnAxis, grid.rowAxis] : [grid.rowAxis, grid.columnAxis];
  return { corner: axes.join(" / "), columns: across.map((name) => clipLine(name, 40)), rows };
}

function columnsOf({ corner, columns }: Sheet): Column[] {
  return [{ title: corner, shrinks: true }, ...columns.map((title) => ({ title, shrinks: true }))];
}

/** The part of a sheet that shows columns `from` to `to`. */
function band(whole: Sheet, from: number, to: number): Sheet {
  return {
    corner: whole.corner,
    columns: whole.columns.slice(from, to),
    rows: whole.rows.map(([head = { text: "" }, ...cells]) => [head, ...cells.slice(from, to)]),
  };
}

/**
 * The grid as lines of at most `room` columns: as it is, or turned where only that fits, else in bands of as many columns
 * as fit.
 */
export function gridLines(
  grid: Grid,
  marks: ReadonlyMap<string, string>,
  room: number,
  paint: Paint,
): string[] {
  const [upright, turned] = [sheet(grid, false, marks), sheet(grid, true, marks)];
  const fits = (part: Sheet) => naturalWidth(columnsOf(part), part.rows) <= room;
  const whole = fits(upright) ? upright : fits(turned) ? turned : upright;
  const lines: string[] = [];
  for (let from = 0; from < whole.columns.length;) {
    let to = from + 1;
    while (to < whole.columns.length && fits(band(whole, from, to + 1))) to += 1;
    const part = band(whole, from, to);
    if (lines.length > 0) lines.push("");
    lines.push(...tableLines(columnsOf(part), part.rows, room, paint));
    from = to;
  }
  return lines;
}
