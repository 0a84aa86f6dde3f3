import { count } from "../../../text/count.js";
import { chance } from "../../../text/numbers.js";
import { span } from "../../../text/durations.js";
import { alikeChanges } from "./alike.js";
import { confirmation, LIKELY } from "./confirm.js";
import { mostAttempts } from "./measure-ends.js";
import type { BisectState } from "./state.js";

/** Where a bisection stands: what was tried, which change is the likeliest among how many, and how long it may take yet. */
export function standing(state: BisectState): string {
  if (!state.measured) return ends(state);
  const { posterior, unbuildable, options } = state;
  const { changes, probability } = alikeChanges(posterior, unbuildable);
  const name = options.history.changes[changes[0] ?? 0]?.slice(0, 12) ?? "";
  const left = leftMs(state, changes, probability);
  return [
    `${state.records.size} tried; likeliest of ${posterior.candidates(options.confidence)} ${name} (${chance(probability)})`,
    ...(left === null ? [] : [`about ${span(left)} left`]),
  ].join("; ");
}

function ends(state: BisectState): string {
  const sides = [state.withoutEnd, state.withEnd].map((point) => {
    const { attempts, counted } = state.tally(point);
    return `${count(counted)} of ${count(attempts)}`;
  });
  return `measuring both ends, ${count(mostAttempts(state))} attempts of each at most; so far ${sides.join(" and ")}`;
}

/**
 * Milliseconds until a change is named, roughly: a trial as long as those so far for each bit that is not known, and the confirmation. Null where
 * nothing is left, or no trial between the ends has told how long one takes.
 */
function leftMs(state: BisectState, changes: readonly number[], probability: number): number | null {
  const trial = state.trialMs;
  if (trial === null || state.confirmations.at(-1)?.confirmed === true) return null;
  const ask = confirmation(state, changes);
  const confirming = ask === null ? 0 : ask.points.length * ask.attempts * state.costs.attempt;
  const bits = probability >= LIKELY ? 0 : state.posterior.bits;
  return bits * trial + confirming;
}
