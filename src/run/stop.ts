import type { Plan, StopRule } from "../plan/plan.js";

/** Attempts of a cell so far, and how many of them counted. */
export interface Standing {
  readonly counted: number;
  readonly attempts: number;
}

/** What a stop rule asks of the statistics, which are a later stage: the commands pass them in. */
export interface StopStatistics {
  /** The interval for a rate that is shown while attempts are made; right for the plan's stop rule. */
  progressInterval(counted: number, attempts: number): { readonly low: number; readonly high: number };
  /** Whether a confidence sequence excludes a rate, on either side; true may be believed however often it was asked. */
  excludes(rate: number, standing: Standing): boolean;
  /** Whether two cells' rates are told apart; true may be believed however often it was asked. */
  differ(a: Standing, b: Standing): boolean;
}

/** The highest attempt number that the rule allows in a cell; Infinity where only time ends it. */
export function attemptLimit(stop: StopRule): number {
  switch (stop.kind) {
    case "runs":
      return stop.runs;
    case "until-crashes":
    case "until-decided":
      return stop.cap;
    case "for":
      return Infinity;
  }
}

/** Whether a cell has what it was run for, by its own attempts alone. */
export function reachedAlone(stop: StopRule, { counted, attempts }: Standing): boolean {
  if (stop.kind === "until-crashes" && counted >= stop.crashes) return true;
  return attempts >= attemptLimit(stop);
}

/** A cell under `--until-decided`: where it stands, and whether it makes attempts still. */
export interface Contender extends Standing {
  readonly id: string;
  readonly ended: boolean;
}

/**
 * The cells that are decided now and were not before. Against a given rate each decides alone. Otherwise a cell is decided
 * once it is told from the baseline (or, for all pairs, from every other), and the baseline once no other is left; none before it has as many
 * attempts as the rule asks for.
 */
export function decidedCells(
  plan: Pick<Plan, "stop" | "comparison">,
  cells: readonly Contender[],
  statistics: StopStatistics,
): string[] {
  const { stop, comparison } = plan;
  if (stop.kind !== "until-decided") return [];
  const { rate, least = 1 } = stop;
  const open = cells.filter(({ ended, attempts }) => !ended && attempts >= least);
  const differ = (a: Contender, b: Contender): boolean =>
    a.attempts > 0 && b.attempts > 0 && statistics.differ(a, b);
  if (rate !== null) {
    return open.filter((cell) => cell.attempts > 0 && statistics.excludes(rate, cell)).map(({ id }) => id);
  }
  if (comparison.kind === "all-pairs") {
    const told = (a: Contender): boolean => cells.every((b) => b === a || differ(a, b));
    return open.filter((cell) => cells.length > 1 && told(cell)).map(({ id }) => id);
  }
  const baseline = cells.find(({ id }) => id === comparison.baseline);
  // A baseline alone has nothing to be told from: it runs to its cap.
  if (baseline === undefined || cells.length === 1) return [];
  const others = cells.filter((cell) => cell !== baseline && !cell.ended);
  const told = others.filter((cell) => open.includes(cell) && differ(cell, baseline));
  const baselineToo = open.includes(baseline) && told.length === others.length;
  return [...told, ...(baselineToo ? [baseline] : [])].map(({ id }) => id);
}
