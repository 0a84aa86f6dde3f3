import type { Plan } from "../plan/plan.js";
import { excludes } from "./confidence-sequence.js";
import { anytimePValue } from "./e-process.js";
import { pairsOf } from "./pairs.js";
import type { Tally } from "./tally.js";

/** What `--until-decided` waits for. */
export interface Question {
  /** The rate that each cell's confidence sequence must exclude, or null: cells must be told from one another. */
  readonly rate: number | null;
  readonly pairs: Plan["comparison"];
  readonly confidence: number;
}

/** On which side of `rate` a cell's confidence sequence lies; null while it holds `rate`. */
export function sideOf(tally: Tally, rate: number, confidence: number): "above" | "below" | null {
  if (tally.attempts === 0 || !excludes(tally, rate, confidence)) return null;
  return tally.counted / tally.attempts > rate ? "above" : "below";
}

/**
 * The cells that need more attempts before the question is answered. May be asked after every attempt: with probability
 * `confidence` no answer of the whole campaign is wrong, since the error is shared out over its cells or pairs
 * (Bonferroni) and each answer holds at any stopping time.
 */
export function undecided(
  tallies: ReadonlyMap<string, Tally>,
  { rate, pairs, confidence }: Question,
): readonly string[] {
  const ids = [...tallies.keys()];
  if (rate !== null) {
    const each = 1 - (1 - confidence) / ids.length;
    return ids.filter((id) => sideOf(tallies.get(id)!, rate, each) === null);
  }
  const asked = pairsOf(ids, pairs);
  const alpha = (1 - confidence) / asked.length;
  const open = asked.filter(([a, b]) => anytimePValue(tallies.get(a)!, tallies.get(b)!) > alpha);
  return ids.filter((id) => open.some((pair) => pair.includes(id)));
}
