import { exactTest } from "./exact/boschloo.js";
import { holm } from "./exact/holm.js";
import { clopperPearson } from "./interval/clopper-pearson.js";
import type { Rate } from "./rate.js";
import { checkConfidence, type Tally } from "./tally.js";

/** Attempts of one cell that one machine made. */
export interface Stratum extends Tally {
  readonly node: string;
}

/** A cell's attempts by machine. */
export interface StratifiedCell {
  readonly id: string;
  readonly of: string;
  readonly strata: readonly Stratum[];
}

/** What a cell's machines say of each other. */
export interface StrataVerdict {
  readonly id: string;
  /** The smallest adjusted p of a machine against all the others. */
  readonly adjustedPValue: number;
  /** Whether the rates differ between machines: then the pooled rate depends on which machine made how much. */
  readonly differs: boolean;
  /** Every machine counts the same, however many attempts it made. */
  readonly stratified: Rate;
}

/**
 * Compares the rates of each cell between machines before anybody pools them: each machine against all others by Boschloo's exact test, Holm's
 * correction over all tests of all cells. Cells that one machine made alone are left out.
 */
export function compareStrata(cells: readonly StratifiedCell[], confidence: number): StrataVerdict[] {
  checkConfidence(confidence);
  const several = cells
    .map((cell) => ({ ...cell, strata: cell.strata.filter(({ attempts }) => attempts > 0) }))
    .filter(({ strata }) => strata.length > 1);
  const tests = several.flatMap(({ id, strata }) =>
    strata.map((stratum) => ({ id, p: exactTest(stratum, rest(strata, stratum)) })),
  );
  const adjusted = holm(tests.map(({ p }) => p));
  return several.map(({ id, of, strata }) => {
    const own = adjusted.filter((_, i) => tests[i]?.id === id);
    const adjustedPValue = Math.min(1, ...own);
    return {
      id,
      adjustedPValue,
      differs: adjustedPValue < 1 - confidence,
      stratified: stratifiedRate(strata, of, confidence),
    };
  });
}

/**
 * The mean of the machines' rates. Its interval is the mean of their Clopper-Pearson bounds, each at 1 - (1 - confidence) / k: all k hold together
 * with the confidence that is asked for (Bonferroni), and so does what follows from them.
 */
export function stratifiedRate(strata: readonly Stratum[], of: string, confidence: number): Rate {
  const each = 1 - (1 - confidence) / strata.length;
  const mean = (value: (stratum: Stratum) => number): number =>
    strata.reduce((sum, stratum) => sum + value(stratum), 0) / strata.length;
  return {
    of,
    estimate: mean(({ counted, attempts }) => counted / attempts),
    low: mean((stratum) => clopperPearson(stratum, each).low),
    high: mean((stratum) => clopperPearson(stratum, each).high),
    confidence,
    method: "mean over machines, Clopper-Pearson with Bonferroni's correction",
  };
}

function rest(strata: readonly Stratum[], without: Stratum): Tally {
  const others = strata.filter((stratum) => stratum !== without);
  return {
    counted: others.reduce((sum, { counted }) => sum + counted, 0),
    attempts: others.reduce((sum, { attempts }) => sum + attempts, 0),
  };
}
