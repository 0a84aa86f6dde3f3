import * as Plot from "@observablehq/plot";
import { clipLine } from "../../text/clip.js";
import { chance, interval, percent, tick } from "../../text/numbers.js";
import { blank, common, figure, type Figure } from "../plots/figure.js";
import { rowLabel, shownLabel } from "../plots/row-label.js";
import type { RatePlot, RatePlotRow } from "./story.js";

const ROW = 24;

interface Drawn {
  readonly row: string;
  readonly low: number;
  readonly high: number;
  readonly estimate: number;
  readonly seen: boolean;
  readonly probability: number;
  readonly title: string;
}

/** Rates in percent; those that were measured. `letters`: room for a label. */
function rowsOf(rows: readonly RatePlotRow[], letters: number): Drawn[] {
  return rows.flatMap(({ label, rate, probability }, i) => {
    if (rate === null) return [];
    const told = `${clipLine(label, 200)}: ${percent(rate.estimate)} ${interval(rate.low, rate.high)}`;
    return [
      {
        row: rowLabel(label, i, letters),
        low: rate.low * 100,
        high: rate.high * 100,
        estimate: rate.estimate * 100,
        seen: rate.estimate > 0,
        probability: probability ?? 0,
        title: probability === null ? told : `${told}, it with ${chance(probability)}`,
      },
    ];
  });
}

const tone = ({ seen }: Drawn): string => (seen ? "var(--crash)" : "var(--quiet)");

/** Rates with their intervals, a candidate a row in the search's order; under them the probability of each, a bar of the row's width. */
export function ratePlot({ title, of, rows }: RatePlot, width: number): Figure | null {
  const drawn = rowsOf(rows, Math.max(8, Math.floor(width / 20)));
  if (drawn.length === 0) return null;
  const highest = Math.max(...drawn.map(({ high, seen, estimate }) => (seen ? high : estimate)), 1);
  const end = highest > 40 ? 100 : highest * 1.15;
  const longest = Math.max(...drawn.map(({ row }) => shownLabel(row).length));
  const plot = Plot.plot({
    ...common(blank(), width),
    height: drawn.length * ROW + 52,
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
    y: { domain: drawn.map(({ row }) => row), label: null, tickSize: 0, tickFormat: shownLabel },
    marks: marks(drawn, end),
  });
  const told = drawn.filter(({ probability }) => probability > 0.01).map(({ title }) => title);
  return figure(`${title}. ${told.join("; ")}`, plot);
}

function marks(drawn: readonly Drawn[], end: number): Plot.Markish[] {
  return [
    Plot.barX(drawn, {
      y: "row",
      x1: 0,
      x2: ({ probability }: Drawn) => probability * end,
      fill: "var(--bar)",
      fillOpacity: 0.55,
    }),
    Plot.gridX({ stroke: "var(--line)", strokeOpacity: 1, ticks: 5 }),
    Plot.ruleY(drawn, {
      y: "row",
      x1: "low",
      x2: ({ high }: Drawn) => Math.min(end, high),
      stroke: tone,
      strokeWidth: 7,
      strokeOpacity: 0.4,
      title: "title",
    }),
    Plot.dot(drawn, {
      y: "row",
      x: "estimate",
      r: 4,
      fill: ({ seen }: Drawn) => (seen ? "var(--crash)" : "var(--paper)"),
      stroke: tone,
      strokeWidth: 2,
      title: "title",
    }),
  ];
}
