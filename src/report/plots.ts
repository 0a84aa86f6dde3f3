import { svgFile } from "./plots/figure.js";
import { heatMapFigure } from "./plots/heat-map.js";
import { ratesFigure } from "./plots/rates.js";
import { timelineFigure } from "./plots/timeline.js";
import type { Result } from "../result/result.js";
import { marks, sameCrashes } from "../result/same-crash.js";

const WIDTH = 760;

/** The plots as SVG files by name, those that there is something to draw for. Drawn without a browser or a network. */
export function plots(result: Result): Record<string, string> {
  const figures = {
    "grid.svg": heatMapFigure(result, marks(sameCrashes(result)), WIDTH),
    "rates.svg": ratesFigure(result, WIDTH),
    "attempts.svg": timelineFigure(result, WIDTH),
  };
  return Object.fromEntries(
    Object.entries(figures).flatMap(([name, figure]) => (figure === null ? [] : [[name, svgFile(figure)]])),
  );
}
