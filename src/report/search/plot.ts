import * as Plot from "@observablehq/plot";
import { clipLine } from "../../text/clip.js";
import { interval, percent, tick } from "../../text/numbers.js";
import { blank, common, figure, shortened, type Figure } from "../plots/figure.js";
import type { RatePlot } from "./story.js";

const ROW = 24;

/** Rates with their intervals, a candidate a row in the search's order, and the probability of each as a bar at the right edge. */
export function ratePlot({ title, of, rows }: RatePlot, width: number): Figure | null {
  const drawnRows = rows.flatMap(({ label, rate, probability }, i) => {
    if (rate === null) return [];
    return [
      {
        row: `${i}\u0000${shortened(clipLine(label, 200), Math.max(8, Math.floor(width / 20)))}`,
        low: rate.low * 100,
        high: rate.high * 100,
        estimate: rate.estimate * 100,
        seen: rate.estimate > 0,
        probability: probability ?? 0,
        title: `${clipLine(label, 200)}: ${percent(rate.estimate)} ${interval(rate.low, rate.high)}${probability === null ? "" : `, it with ${percent(probability)}`}`,
      },
    ];
  });
  if (drawnRows.length === 0) return null;
  const highest = Math.max(...drawnRows.map(({ high, seen, estimate }) => (seen ? high : estimate)), 1);
  const end = Math.min(100, highest > 40 ? 100 : highest * 1.15);
  const longest = Math.max(...drawnRows.map(({ row }) => row.length - row.indexOf("\u0000") - 1));
  const tone = (row: { seen: boolean }): string => (row.seen ? "var(--crash)" : "var(--quiet)");
  const drawn = Plot.plot({
    ...common(blank(), width),
    height: drawnRows.length * ROW + 52,
    marginLeft: 24 + longest * 7,
    marginRight: 18,
    marginTop: 8,
    marginBottom: 42,
    insetLeft: 8,
    insetRight: 8,
    x: {
      domain: [0, end],
      clamp: true,
      label: `${clipLine(of, 60)}, % of attempts`,
      labelAnchor: "center",
      labelArrow: "none",
      ticks: 5,
      tickSize: 0,
      tickFormat: tick,
    },
    y: {
      domain: drawnRows.map(({ row }) => row),
      label: null,
      tickSize: 0,
      tickFormat: (row: string) => row.slice(row.indexOf("\u0000") + 1),
    },
    marks: [
      // The probability lies under the rates, as a bar of the row's width.
      Plot.barX(drawnRows, {
        y: "row",
        x1: 0,
        x2: (row) => row.probability * end,
        fill: "var(--bar)",
        fillOpacity: 0.55,
      }),
      Plot.gridX({ stroke: "var(--line)", strokeOpacity: 1, ticks: 5 }),
      Plot.ruleY(drawnRows, {
        y: "row",
        x1: "low",
        x2: (row) => Math.min(end, row.high),
        stroke: tone,
        strokeWidth: 7,
        strokeOpacity: 0.4,
        title: "title",
      }),
      Plot.dot(drawnRows, {
        y: "row",
        x: "estimate",
        r: 4,
        fill: (row) => (row.seen ? "var(--crash)" : "var(--paper)"),
        stroke: tone,
        strokeWidth: 2,
        title: "title",
      }),
    ],
  });
  const told = drawnRows.filter(({ probability }) => probability > 0.01).map(({ title }) => title);
  return figure(`${title}. ${told.join("; ")}`, drawn);
}
