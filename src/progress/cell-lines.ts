import { cut } from "./one-line.js";
import { count } from "../text/count.js";
import { pace, span } from "../text/durations.js";
import { percentRange } from "../text/numbers.js";
import type { AttemptsEvent } from "./state.js";

/** Columns in the order of the screen; the higher `keep`, the longer a column stays where the width is too small. */
const COLUMNS: readonly { readonly keep: number; readonly text: (cell: AttemptsEvent) => string }[] = [
  { keep: 5, text: ({ done, of }) => (of === null ? count(done) : `${count(done)}/${count(of)}`) },
  { keep: 4, text: ({ counted }) => `${count(counted)} counted` },
  { keep: 3, text: ({ done, low, high }) => (done === 0 ? "" : percentRange(low, high)) },
  { keep: 1, text: ({ perSecond }) => (perSecond === 0 ? "" : pace(perSecond)) },
  { keep: 2, text: (cell) => left(cell) },
];

/** The narrowest that a cell's name is cut to before a column is left out. */
const NARROWEST_NAME = 14;
const GAP = "  ";

/** One line for each cell, aligned, each at most `width` characters. Uncoloured. */
export function cellLines(cells: readonly AttemptsEvent[], width: number): readonly string[] {
  const longestName = Math.max(0, ...cells.map(({ cell }) => [...cell].length));
  let columns = COLUMNS.map((column) => {
    const texts = cells.map(column.text);
    return { ...column, texts, width: Math.max(0, ...texts.map((text) => text.length)) };
  }).filter((column) => column.width > 0);
  const taken = (): number => columns.reduce((sum, column) => sum + column.width + GAP.length, 0);
  while (columns.length > 0 && width - taken() < Math.min(longestName, NARROWEST_NAME)) {
    const first = columns.reduce((least, column) => (column.keep < least.keep ? column : least));
    columns = columns.filter((column) => column !== first);
  }
  const nameWidth = Math.min(longestName, Math.max(0, width - taken()));
  return cells.map(({ cell }, row) => {
    const name = cut(cell, nameWidth);
    const padded = name + " ".repeat(nameWidth - [...name].length);
    return [padded, ...columns.map((column) => column.texts[row]!.padStart(column.width))]
      .join(GAP)
      .trimEnd();
  });
}

/** Time that is left by the stop rule: `3 min 05 s left`, `at most 2 h left`, nothing where it is done or cannot be told. */
function left({ done, of, leftMs, leftAtMost }: AttemptsEvent): string {
  if (leftMs === null || (of !== null && done >= of)) return "";
  return `${leftAtMost ? "at most " : ""}${span(leftMs)} left`;
}
