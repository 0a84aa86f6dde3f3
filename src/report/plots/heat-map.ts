import * as Plot from "@observablehq/plot";
import { cellOf } from "../cell.js";
import { clipLine } from "../../text/clip.js";
import { gridOf } from "../grid.js";
import { heatOf } from "../heat.js";
import type { Result } from "../../result/result.js";
import { blank, common, figure, shortened, type Figure } from "./figure.js";

const ROW = 44;
const LETTERS = 22;

/** The grid as a heat map, each cell with its words. Null where the result is a list. */
export function heatMapFigure(
  result: Result,
  marks: ReadonlyMap<string, string>,
  width: number,
): Figure | null {
  const grid = gridOf(result);
  if (grid === null) return null;
  const cells = grid.rows.flatMap((row) =>
    grid.columns.flatMap((column) => {
      const environment = grid.at(row, column);
      if (environment === undefined) return [];
      const cell = cellOf(environment, marks);
      return [{ row, column, text: cell.text.replaceAll(", ", "\n"), heat: heatOf(cell) }];
    }),
  );
  const name = (text: string) => shortened(clipLine(text, 200), LETTERS);
  const longest = Math.max(...grid.rows.map((row) => name(row).length));
  const document = blank();
  const drawn = Plot.plot({
    ...common(document, width),
    height: grid.rows.length * ROW + 40,
    marginLeft: 16 + longest * 7,
    marginTop: 32,
    marginBottom: 8,
    x: { domain: grid.columns, axis: "top", label: null, tickSize: 0, tickFormat: name, padding: 0.04 },
    y: { domain: grid.rows, label: null, tickSize: 0, tickFormat: name, padding: 0.08 },
    color: { type: "identity" },
    marks: [
      Plot.cell(cells, {
        x: "column",
        y: "row",
        fill: (cell: (typeof cells)[number]) => `var(--heat-${cell.heat})`,
        rx: 4,
      }),
      Plot.text(cells, {
        x: "column",
        y: "row",
        text: "text",
        fill: (cell: (typeof cells)[number]) => `var(--heat-ink-${cell.heat})`,
      }),
    ],
  });
  const told = cells.map(
    ({ row, column, text }) =>
      `${clipLine(row, 40)}, ${clipLine(column, 40)}: ${text.replaceAll("\n", ", ")}`,
  );
  return figure(`${grid.rowAxis} by ${grid.columnAxis}: ${told.join("; ")}.`, drawn);
}
