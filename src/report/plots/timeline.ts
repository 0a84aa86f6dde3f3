import * as Plot from "@observablehq/plot";
import { clipLine } from "../../text/clip.js";
import { duration } from "../../text/durations.js";
import { counted, tick } from "../../text/numbers.js";
import type { EnvironmentRecord, Result } from "../../result/result.js";
import { blank, common, figure, type Figure } from "./figure.js";
import { rowLabel, shownLabel } from "./row-label.js";

const ROW = 44;
const MOST = 40;

/** Spans of one environment as bars; the last is as wide as the one before it. */
function bars({ timeline }: EnvironmentRecord, unit: number) {
  const width = timeline.length > 1 ? (timeline[1]?.fromMs ?? 0) - (timeline[0]?.fromMs ?? 0) : 1000;
  return timeline.map(({ fromMs, attempts, counted: hits }, i) => ({
    from: fromMs / unit,
    to: (timeline[i + 1]?.fromMs ?? fromMs + width) / unit,
    attempts,
    hits,
    title: `from ${duration(fromMs)}: ${hits} of ${counted(attempts, "attempt")}`,
  }));
}

/**
 * Attempts over time, an environment a row: all of them and, over them, those that are counted. A rate that drifts, or an
 * engine that stalled, shows here. Null where no time was recorded.
 */
export function timelineFigure(result: Result, width: number): Figure | null {
  const shown = result.environments.filter(({ timeline }) => timeline.length > 0).slice(0, MOST);
  if (shown.length === 0) return null;
  const end = Math.max(...shown.flatMap(({ timeline }) => timeline.map(({ fromMs }) => fromMs)));
  const [unit, name] =
    end > 7_200_000 ? [3_600_000, "hours"] : end > 120_000 ? [60_000, "minutes"] : [1000, "seconds"];
  const letters = Math.max(8, Math.floor(width / 17));
  const rows = shown.flatMap((environment, i) =>
    bars(environment, unit).map((bar) => ({ ...bar, row: rowLabel(environment.id, i, letters) })),
  );
  const domain = shown.map(({ id }, i) => rowLabel(id, i, letters));
  const longest = Math.max(...domain.map((row) => shownLabel(row).length));
  const document = blank();
  const drawn = Plot.plot({
    ...common(document, width),
    height: shown.length * ROW + 46,
    marginLeft: 16 + longest * 7,
    marginRight: 18,
    marginTop: 8,
    marginBottom: 38,
    x: {
      label: `${name} since the campaign began`,
      labelAnchor: "center",
      labelArrow: "none",
      ticks: 6,
      tickSize: 0,
      tickFormat: tick,
      nice: true,
    },
    y: { axis: null },
    fy: { domain, label: null, padding: 0.22 },
    marks: [
      Plot.axisFy({
        anchor: "left",
        label: null,
        tickSize: 0,
        tickFormat: shownLabel,
      }),
      Plot.rectY(rows, {
        fy: "row",
        x1: "from",
        x2: "to",
        y: "attempts",
        fill: "var(--bar)",
        insetRight: 1,
        title: "title",
      }),
      Plot.rectY(rows, {
        fy: "row",
        x1: "from",
        x2: "to",
        y: "hits",
        fill: "var(--crash)",
        insetRight: 1,
        title: "title",
      }),
      Plot.ruleY([0], { stroke: "var(--line)" }),
    ],
  });
  const told = shown.map((environment) => {
    const spans = environment.timeline;
    const hits = spans.reduce((sum, span) => sum + span.counted, 0);
    return `${clipLine(environment.id, 60)} ${hits} of ${counted(
      spans.reduce((sum, span) => sum + span.attempts, 0),
      "attempt",
    )}`;
  });
  return figure(`Attempts over time, and those counted: ${told.join("; ")}.`, drawn);
}
