import type { Step, Strategy } from "../strategy.js";
import { alikeChanges } from "./alike.js";
import { choose } from "./choose.js";
import { confirmation, LIKELY } from "./confirm.js";
import { measureEnds } from "./measure-ends.js";
import type { BisectOptions } from "./options.js";
import { Posterior } from "./posterior.js";
import type { BisectAnswer, BisectAsk, TryAsk } from "./questions.js";
import { standing } from "./standing.js";
import { fitsOneChange, sidesOf } from "./sides.js";
import { BisectState, type Confirmation } from "./state.js";

/** What a bisection came to. */
export type BisectFinding =
  /** One change, or some that cannot be told apart. `confirmation`: null where there was nothing to confirm it with. */
  | {
      readonly kind: "found";
      readonly changes: readonly string[];
      readonly probability: number;
      readonly confirmation: Confirmation | null;
    }
  /** The ends were not shown to differ; `pValue` null where the end that is said to crash never did. */
  | { readonly kind: "alike"; readonly pValue: number | null }
  /** An end cannot be built. */
  | { readonly kind: "unbuildable"; readonly point: string; readonly why: string }
  /** Points that go with either end, and no change is in all of the first and none of the second. */
  | { readonly kind: "misfit"; readonly with: readonly string[]; readonly without: readonly string[] }
  /** It gave up: the likeliest changes. */
  | { readonly kind: "undecided"; readonly changes: readonly string[]; readonly why: string };

/** Confirmations that may fail before it gives up: each failure is evidence, and the search goes on. */
const ROUNDS = 4;
/** Questions after which it gives up. */
const MOST_ASKED = 1000;
/** Changes that are named where it could not be told. */
const NAMED = 10;

type BisectStep = Step<BisectAsk, BisectFinding>;

/**
 * Bisection where a crash may come once in a hundred runs, and on the other side, too: first both ends, then whichever point tells most for its cost,
 * until one change has `confidence`; then fresh attempts of it and of its parents. See docs/explanation/bisection.md.
 */
export function bisect(
  options: BisectOptions,
): Strategy<BisectState, BisectAsk, BisectAnswer, BisectFinding> {
  return {
    initial: new BisectState(options),
    take(state, ask, answer) {
      state.take(ask, answer);
      return state;
    },
    next: (state, pending) => (pending.length > 0 ? { kind: "ask", asks: [] } : next(state)),
    standing,
  };
}

function next(state: BisectState): BisectStep {
  if (!state.measured) {
    const step = measureEnds(state);
    if (step.kind === "ask") return { kind: "ask", asks: [step.ask], likely: firstLikely(state, step.ask) };
    if (step.kind !== "differ") return { kind: "done", finding: step };
    state.begin(step.keys);
  }
  return search(state);
}

function search(state: BisectState): BisectStep {
  const { options, posterior, unbuildable } = state;
  const ids = (points: readonly number[]): string[] =>
    points.map((point) => options.history.points[point] as string);
  const sides = sidesOf(posterior.counts, {
    with: state.tally(state.withEnd),
    without: state.tally(state.withoutEnd),
  });
  if (!fitsOneChange(options.history, sides)) {
    return { kind: "done", finding: { kind: "misfit", with: ids(sides.with), without: ids(sides.without) } };
  }
  const { changes, probability } = alikeChanges(posterior, unbuildable);
  if (probability >= Math.min(LIKELY, options.confidence)) {
    const step = conclude(state, changes, probability);
    if (step !== null) return step;
  }
  const broken = brokenAlike(state);
  if (broken !== null) {
    const why = `the ${state.unbuildable.size} points that were tried between the ends all fail to build in the same way: ${broken}`;
    const changes = likeliest(posterior, options.confidence);
    return { kind: "done", finding: { kind: "undecided", changes, why } };
  }
  const tooMany = state.asked >= MOST_ASKED;
  const choice = tooMany ? null : choose(posterior, state, state.costs, longest(state));
  if (choice === null) {
    const why = tooMany ? `after ${MOST_ASKED} trials` : "no point that can be built tells more";
    return {
      kind: "done",
      finding: { kind: "undecided", changes: likeliest(posterior, options.confidence), why },
    };
  }
  const { point, trial } = choice;
  const end = vagueEnd(state, point);
  if (end !== null) return { kind: "ask", asks: [end] };
  const ask: TryAsk = {
    kind: "try",
    point: ids([point])[0] as string,
    attempts: trial.attempts,
    until: trial.until,
    keys: state.keys,
  };
  return { kind: "ask", asks: [ask], likely: options.ahead ? after(state, point) : [] };
}

/** Names the change once it is confirmed and sure; until then, asks for what confirms it. Null where it is confirmed, and not sure enough yet. */
function conclude(state: BisectState, changes: readonly number[], probability: number): BisectStep | null {
  const named = changes.map((change) => state.options.history.changes[change] as string);
  const last = state.confirmations.at(-1) ?? null;
  const ask = confirmation(state, changes);
  const isSure = probability >= state.options.confidence;
  const found = (confirmation: Confirmation | null): BisectStep | null =>
    isSure ? { kind: "done", finding: { kind: "found", changes: named, probability, confirmation } } : null;
  if (ask === null) return found(null);
  if (last !== null && last.confirmed && last.points[0]?.point === ask.points[0]) return found(last);
  if (state.confirmations.filter(({ confirmed }) => !confirmed).length >= ROUNDS) {
    const why = `fresh attempts did not confirm it, ${ROUNDS} times`;
    return { kind: "done", finding: { kind: "undecided", changes: named, why } };
  }
  // A point that was never built may turn out not to be buildable: it is tried as any other first.
  const unbuilt = ask.points.find((id) => !state.built.has(state.options.history.point(id)));
  if (unbuilt !== undefined)
    return { kind: "ask", asks: [{ kind: "try", point: unbuilt, attempts: 1, until: 2, keys: state.keys }] };
  return { kind: "ask", asks: [ask] };
}

/**
 * More attempts of an end that was tried less than a point which is to be tried again: where that point's rate lies between those of the ends, it
 * is the ends that are not known well enough. Null where both are.
 */
function vagueEnd(state: BisectState, point: number): TryAsk | null {
  const made = state.tally(point).attempts;
  for (const end of [state.withEnd, state.withoutEnd]) {
    const { attempts } = state.tally(end);
    if (attempts > made) continue;
    const id = state.options.history.points[end] as string;
    const more = Math.max(attempts, made - attempts + 1);
    return { kind: "try", point: id, attempts: more, until: more + 1, keys: state.keys };
  }
  return null;
}

/** So many points that fail alike, and none between the ends that does not: it is what builds them that is broken. */
const BROKEN_ALIKE = 8;

/** Why nothing between the ends can be built, where all that was tried fails alike; else null. */
function brokenAlike({ unbuildable, records, built, withEnd, withoutEnd }: BisectState): string | null {
  if (unbuildable.size < BROKEN_ALIKE) return null;
  if ([...built].some((point) => point !== withEnd && point !== withoutEnd)) return null;
  const whys = new Set(
    [...unbuildable].map((point) => {
      const build = records.get(point)?.build;
      return build && !build.ok ? gist(build.why) : "";
    }),
  );
  return whys.size === 1 ? ([...whys][0] as string) : null;
}

/** The last line of what a build said, without what tells one commit from another. */
function gist(why: string): string {
  const last = why.trimEnd().split("\n").at(-1) ?? "";
  return last.replaceAll(/\b[0-9a-f]{7,64}\b/g, "…").slice(0, 200);
}

/** Attempts that one trial may take. */
function longest({ options, costs }: BisectState): number {
  return Math.max(1, Math.min(options.cap, Math.floor(options.patienceMs / 5 / costs.attempt)));
}

/** The changes that together have that probability, the likeliest first, no more than can be read. */
function likeliest({ probabilities, history }: Posterior, confidence: number): string[] {
  const order = [...probabilities.keys()].sort((a, b) => probabilities[b]! - probabilities[a]!);
  const named: string[] = [];
  for (let sum = 0, i = 0; sum < confidence && i < Math.min(order.length, NAMED); i++) {
    sum += probabilities[order[i]!]!;
    named.push(history.changes[order[i]!] as string);
  }
  return named;
}

/** While the ends are measured, the other end and the middle are what comes next. */
function firstLikely(state: BisectState, ask: TryAsk): TryAsk[] {
  if (!state.options.ahead) return [];
  const { history, newEnd, oldEnd } = state.options;
  const middle = choose(
    state.posterior,
    { built: new Set(), unbuildable: state.unbuildable },
    state.costs,
    1,
  );
  const points = [newEnd, oldEnd, ...(middle === null ? [] : [history.points[middle.point] as string])];
  return points
    .filter((point) => point !== ask.point && !state.built.has(history.point(point)))
    .map((point) => ({ ...ask, point }));
}

/** What comes next where the point that is tried now turns out to be of one side or the other, the likelier first. */
function after(state: BisectState, point: number): TryAsk[] {
  const { posterior, options } = state;
  const mass = posterior.mass(point);
  const sides = mass >= 0.5 ? [true, false] : [false, true];
  const wanted = sides.flatMap((has) => {
    const split = posterior.given(point, has);
    const choice =
      split === null
        ? null
        : choose(
            split,
            { built: new Set([point]), unbuildable: state.unbuildable },
            state.costs,
            longest(state),
          );
    return choice === null || choice.point === point || state.built.has(choice.point)
      ? []
      : [options.history.points[choice.point] as string];
  });
  return [...new Set(wanted)].map((id) => ({
    kind: "try",
    point: id,
    attempts: 1,
    until: 2,
    keys: state.keys,
  }));
}
