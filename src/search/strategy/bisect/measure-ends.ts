import type { Tally } from "../../../stats/tally.js";
import { MET, type BisectState } from "./state.js";
import { countedOf, type EndCount, type TryAsk } from "./questions.js";

/** Attempts that an end gets first; as many as a tenth of its time allows, but no more than make both rates sure to a part in a hundred. */
const FIRST = { least: 16, most: 100, share: 0.1 };

export type EndsStep =
  | { readonly kind: "ask"; readonly ask: TryAsk }
  /** The ends differ: the search may begin, counting these keys. */
  | { readonly kind: "differ"; readonly keys: readonly string[] | null }
  | { readonly kind: "alike"; readonly pValue: number | null }
  | { readonly kind: "unbuildable"; readonly point: string; readonly why: string };

/**
 * What to ask of the ends next, until they are shown to differ or have had all attempts that they get. First the end that is said to crash, until it
 * did so often enough; then the other, as many attempts; then both, twice as many each time.
 */
export function measureEnds(state: BisectState): EndsStep {
  const { find } = state.options;
  const high = find === "fixed" ? state.withoutEnd : state.withEnd;
  const low = find === "fixed" ? state.withEnd : state.withoutEnd;
  for (const point of [high, low]) {
    const build = state.records.get(point)?.build;
    if (build && !build.ok) return { kind: "unbuildable", point: idOf(state, point), why: build.why };
  }
  return met(state, high, low) ?? compared(state, high, low);
}

/** Until the end that is said to crash did so often enough, and the other had as many attempts; then null. */
function met(state: BisectState, high: number, low: number): EndsStep | null {
  const most = mostAttempts(state);
  const { attempts, counted } = state.tally(high);
  if (attempts === 0) {
    const { ask } = more(state, high, first(state), most);
    // A program that hangs takes its whole time limit each time.
    const within = { ms: FIRST.share * state.options.patienceMs, least: FIRST.least };
    return { kind: "ask", ask: { ...ask, within } };
  }
  if (state.options.find !== "changed") {
    if (counted < MET && attempts < most)
      return more(state, high, Math.max(first(state), attempts), most, MET - counted);
    if (counted === 0) return { kind: "alike", pValue: null };
  }
  const behind = attempts - state.tally(low).attempts;
  return behind > 0 ? more(state, low, behind, most) : null;
}

/** Whether the ends differ by what they have; more of the one where they might. */
function compared(state: BisectState, high: number, low: number): EndsStep {
  const { find, alpha, test } = state.options;
  const most = mostAttempts(state);
  const keys = find === "changed" ? null : telling(state, high, low);
  const tally = (point: number): Tally => ({
    attempts: state.tally(point).attempts,
    counted: countedOf(ends(state, point), keys),
  });
  const [a, b] = [tally(low), tally(high)];
  const pValue = test(a, b);
  const rises = b.counted * a.attempts > a.counted * b.attempts;
  if (pValue <= alpha && (find === "changed" || rises)) return { kind: "differ", keys };
  if (b.attempts >= most) return { kind: "alike", pValue };
  return more(state, high, b.attempts, most);
}

/** So many further attempts of an end, and no more than it may have. */
function more(
  state: BisectState,
  point: number,
  attempts: number,
  most: number,
  until = Infinity,
): Extract<EndsStep, { kind: "ask" }> {
  const left = Math.max(1, most - state.tally(point).attempts);
  const wanted = Math.min(attempts, left);
  return {
    kind: "ask",
    ask: {
      kind: "try",
      point: idOf(state, point),
      attempts: wanted,
      until: Math.min(until, wanted + 1),
      keys: null,
    },
  };
}

/** What an end may have: the cap, or what its time allows by what attempts have taken. */
export function mostAttempts({ options, costs }: BisectState): number {
  return Math.max(FIRST.least, Math.min(options.cap, Math.floor(options.patienceMs / costs.attempt)));
}

function first({ options, costs }: BisectState): number {
  const affordable = Math.floor((FIRST.share * options.patienceMs) / costs.attempt);
  return Math.max(FIRST.least, Math.min(FIRST.most, options.cap, affordable));
}

/** A way to end that both ends have is told apart from chance so: one that is only more frequent at one of them by luck is not it. */
const LUCK = 0.05;

/** The ways to end that are counted and come more often at the end that crashes: another crash that both ends have is not it. */
function telling(state: BisectState, high: number, low: number): string[] {
  const [a, b] = [state.tally(high).attempts, state.tally(low).attempts];
  const below = new Map(ends(state, low).map(({ key, count }) => [key, count]));
  const counted = ends(state, high).filter((end) => end.counted);
  const more = counted.filter(({ key, count }) => count * b > (below.get(key) ?? 0) * a);
  const told = more.filter(({ key, count }) => {
    const other = below.get(key) ?? 0;
    const tallies = [
      { attempts: b, counted: other },
      { attempts: a, counted: count },
    ] as const;
    return other === 0 || state.options.test(...tallies) <= LUCK;
  });
  const kept = [told, more, counted].find((some) => some.length > 0) ?? [];
  return kept.map(({ key }) => key);
}

function ends(state: BisectState, point: number): EndCount[] {
  return [...(state.records.get(point)?.ends.values() ?? [])];
}

function idOf({ options }: BisectState, point: number): string {
  return options.history.points[point] as string;
}
