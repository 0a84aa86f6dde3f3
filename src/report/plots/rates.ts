import * as Plot from "@observablehq/plot";
import { clipLine } from "../../text/clip.js";
import { count } from "../../text/count.js";
import { percent, rateWithInterval, tick } from "../../text/numbers.js";
import type { Result } from "../../result/result.js";
import { blank, common, figure, type Figure } from "./figure.js";
import { rowLabel, shownLabel } from "./row-label.js";

const ROW = 26;
/** Environments in one plot; a reader follows no more lines than this. */
const MOST = 60;

/**
 * Rates with their intervals, an environment a row, in percent. The axis ends at 100 % unless every interval lies far
 * below: then it ends just above the highest. Null where nothing was counted.
 */
export function ratesFigure(result: Result, width: number): Figure | null {
  const shown = result.environments.filter(({ rate }) => rate !== null).slice(0, MOST);
  const [first] = shown;
  if (first?.rate == null) return null;
  const letters = Math.max(8, Math.floor(width / 17));
  const rows = shown.flatMap(({ id, rate, attempts }, i) =>
    rate === null
      ? []
      : [
          {
            row: rowLabel(id, i, letters),
            low: rate.low * 100,
            high: rate.high * 100,
            estimate: rate.estimate * 100,
            title: `${clipLine(id, 200)}: ${rateWithInterval(rate)} of ${count(attempts)} attempts`,
            seen: rate.estimate > 0,
          },
        ],
  );
  const highest = Math.max(...rows.map(({ high }) => high));
  const end = highest > 40 ? 100 : Math.max(1, highest * 1.15);
  const longest = Math.max(...rows.map(({ row }) => shownLabel(row).length));
  const document = blank();
  const drawn = Plot.plot({
    ...common(document, width),
    height: rows.length * ROW + 52,
    marginLeft: 24 + longest * 7,
    insetLeft: 8,
    insetRight: 8,
    marginRight: 18,
    marginTop: 8,
    marginBottom: 42,
    x: {
      domain: [0, end],
      label: `${clipLine(first.rate.of, 60)}, % of attempts`,
      labelAnchor: "center",
      labelArrow: "none",
      ticks: 5,
      tickSize: 0,
      tickFormat: tick,
    },
    y: {
      domain: rows.map(({ row }) => row),
      label: null,
      tickSize: 0,
      tickFormat: shownLabel,
    },
    marks: [
      Plot.gridX({ stroke: "var(--line)", strokeOpacity: 1, ticks: 5 }),
      Plot.ruleY(rows, {
        y: "row",
        x1: "low",
        x2: "high",
        stroke: (row: (typeof rows)[number]) => (row.seen ? "var(--crash)" : "var(--quiet)"),
        strokeWidth: 9,
        strokeOpacity: 0.35,
        title: "title",
      }),
      Plot.dot(rows, {
        y: "row",
        x: "estimate",
        r: 4,
        fill: (row: (typeof rows)[number]) => (row.seen ? "var(--crash)" : "var(--paper)"),
        stroke: (row: (typeof rows)[number]) => (row.seen ? "var(--crash)" : "var(--quiet)"),
        strokeWidth: 2,
        title: "title",
      }),
    ],
  });
  const told = shown.map(({ id, rate }) => `${clipLine(id, 60)} ${rate ? percent(rate.estimate) : ""}`);
  return figure(`Rates of ${clipLine(first.rate.of, 60)} with their intervals: ${told.join("; ")}.`, drawn);
}
