import type { Plan } from "../plan/plan.js";
import type { StopStatistics } from "../run/stop.js";
import { rateSoFar } from "../stats/rate.js";
import { pairsOf } from "../stats/pairs.js";
import { sideOf } from "../stats/until-decided.js";
import { anytimePValue } from "../stats/e-process.js";

/** The statistics that a campaign's stop rule asks while it runs; each holds however often it is asked. */
export function stopStatistics(plan: Plan): StopStatistics {
  const { confidence, counted, cells, comparison } = plan;
  const error = 1 - confidence;
  // Bonferroni: with several cells or pairs, no decision of the whole campaign is wrong with this confidence.
  const each = 1 - error / cells.length;
  const pairs = pairsOf(
    cells.map(({ id }) => id),
    comparison,
  ).length;
  const alpha = error / Math.max(1, pairs);
  return {
    progressInterval: (k, attempts) =>
      rateSoFar({ counted: k, attempts }, counted.of, confidence) ?? { low: 0, high: 1 },
    excludes: (rate, standing) => sideOf(standing, rate, each) !== null,
    differ: (a, b) => anytimePValue(a, b) <= alpha,
  };
}
