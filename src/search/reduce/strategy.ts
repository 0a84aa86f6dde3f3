import type { Step, Strategy } from "../strategy/strategy.js";
import { partition } from "./partition.js";
import {
  bestOf,
  type Change,
  type KeptStep,
  type ReduceAnswer,
  type ReduceAsk,
  type ReduceState,
  type Reducible,
  type Refusal,
} from "./state.js";

export interface ReduceOptions {
  /** Candidates of one probe, at least and at most. */
  readonly batch: { readonly least: number; readonly most: number };
  /** Changes that one candidate makes, at most. */
  readonly together: number;
  /** Kept steps after which the best is measured again. */
  readonly again: number;
  readonly maxSweeps: number;
}

/** So many probes a sweep over the whole program would take at the start: with fewer changes than that each is tried alone. */
const PROBES = 4;

/** What a reduction found. */
export interface Reduced<M> {
  readonly best: M;
  readonly steps: readonly KeptStep<M>[];
}

/**
 * Hierarchical delta debugging (G. Misherghi, Z. Su, "HDD", 2006) some candidates at a time, the largest changes first. While most of a program
 * does not matter, a candidate makes several changes at once, but for the largest; where it falls, each of a quarter as many, down to one alone. Those that held are
 * made together and looked at closely; where they do not hold together, their halves. What was kept is measured again with fresh attempts now
 * and then, and taken back where its rate does not hold, so that good luck cannot add up. The changes of what was taken back are kept again in
 * smaller groups only, and one that was taken back alone is not made again: what lies between the two answers is not kept and dropped for ever.
 */
export class ReduceStrategy<M> implements Strategy<ReduceState<M>, ReduceAsk<M>, ReduceAnswer, Reduced<M>> {
  readonly initial: ReduceState<M>;

  constructor(
    private readonly reducible: Reducible<M>,
    whole: M,
    private readonly options: ReduceOptions,
  ) {
    this.initial = {
      steps: [{ material: whole, titles: [], keys: [], attempts: 0, counted: 0 }],
      queue: [],
      fallen: new Map(),
      doubted: new Map(),
      distrusted: new Map(),
      width: options.batch.least,
      together: Math.max(
        1,
        Math.min(
          options.together,
          Math.floor(reducible.changes(whole, false).length / (PROBES * options.batch.least)),
        ),
      ),
      fine: false,
      sweep: 1,
      keptInSweep: false,
      made: 0,
      tried: 0,
      built: 0,
      refusals: {},
      sinceAgain: 0,
      ending: false,
      dropped: 0,
    };
  }

  next(state: ReduceState<M>, pending: readonly ReduceAsk<M>[]): Step<ReduceAsk<M>, Reduced<M>> {
    if (pending.length > 0) return { kind: "ask", asks: [] };
    const material = bestOf(state);
    const { attempts, counted } = state.steps.at(-1) as KeptStep<M>;
    const best = { attempts, counted };
    const made = (group: readonly Change<M>[]): M => this.made(material, group);
    const group = state.queue[0];
    if (group !== undefined) {
      const titles = group.map(({ title }) => title);
      return { kind: "ask", asks: [{ kind: "keep", candidate: made(group), titles, best }] };
    }
    if (state.sinceAgain >= this.options.again || (state.ending && state.sinceAgain > 0))
      return { kind: "ask", asks: [{ kind: "again", candidate: material }] };
    const due = this.due(state);
    if (due.length === 0) return { kind: "done", finding: { best: material, steps: state.steps } };
    const titles = due.map((each) => each.map(({ title }) => title).join(", "));
    return { kind: "ask", asks: [{ kind: "probe", candidates: due.map(made), titles, best }] };
  }

  take(before: ReduceState<M>, ask: ReduceAsk<M>, answer: ReduceAnswer): ReduceState<M> {
    const asked = ask.kind === "probe" ? ask.candidates.length : 1;
    const state = { ...before, made: before.made + answer.made, built: before.built + asked };
    if (ask.kind === "probe" && answer.kind === "probe")
      return this.settle(this.probed(state, answer.refusals));
    if (ask.kind === "keep" && answer.kind === "keep") return this.settle(this.kept(state, ask, answer));
    if (ask.kind === "again" && answer.kind === "again")
      return this.settle(this.measuredAgain(state, answer));
    throw new RangeError(`an answer of '${answer.kind}' to a question of '${ask.kind}'`);
  }

  standing(state: ReduceState<M>): string {
    const size = this.reducible.size(bestOf(state));
    const whole = this.reducible.size((state.steps[0] as KeptStep<M>).material);
    return `${size} of ${whole} characters left after ${state.tried} changes tried, ${state.steps.length - 1} kept`;
  }

  private made(material: M, group: readonly Change<M>[]): M {
    const [first, ...more] = group;
    return first !== undefined && more.length === 0
      ? first.material
      : this.reducible.together(material, group);
  }

  /** What the next candidates are to change: changes of the best that have not fallen in this sweep, as many together as are trusted. */
  private due(state: ReduceState<M>): readonly (readonly Change<M>[])[] {
    const { fallen, doubted, distrusted, fine, width, together } = state;
    const due: { readonly most: number; readonly group: Change<M>[] }[] = [];
    const isApart = (change: Change<M>): boolean =>
      due.every(({ group }) => group.every((other) => this.reducible.apart(other, change)));
    for (const change of this.reducible.changes(bestOf(state), fine)) {
      // Of changes that each hold another the larger is first; where it holds, there is no other.
      if (fallen.has(change.key) || (together > 1 && !isApart(change))) continue;
      // The largest are each made alone: what falls with a small one beside it is as much as all the others.
      const most = Math.min(
        due.length < this.options.batch.least / 2 ? 1 : together,
        doubted.get(change.key) ?? together,
        distrusted.get(change.key) ?? together,
      );
      if (most === 0) continue;
      const open = due.find((each) => each.most === most && each.group.length < most);
      if (open !== undefined) open.group.push(change);
      else if (due.length < width) due.push({ most, group: [change] });
      else break;
    }
    return due.map(({ group }) => group);
  }

  /** As many candidates as are likely to hold two that do: what is kept makes the others a waste, and a probe of none that holds is one, too. */
  private widthAfter(tried: number, held: number): number {
    const { least, most } = this.options.batch;
    const wanted = held === 0 ? 3 * tried : Math.ceil((2 * tried) / held);
    return Math.min(most, Math.max(least, wanted));
  }

  /** Candidates that all held could have made more changes each, and those of which most fell, fewer. */
  private togetherAfter({ together }: ReduceState<M>, tried: number, held: number): number {
    if (held === tried) return Math.min(this.options.together, 2 * together);
    return 2 * held >= tried ? together : fewer(together);
  }

  private probed(state: ReduceState<M>, refusals: readonly Refusal[]): ReduceState<M> {
    const due = this.due(state);
    const held = due.filter((_, i) => refusals[i] === null);
    const fallen = due.filter((_, i) => refusals[i] !== null);
    const alone = fallen.filter(({ length }) => length === 1);
    const doubted = fallen.flatMap((group) => group.map(({ key }) => [key, fewer(group.length)] as const));
    const queued: Change<M>[] = [];
    const [doubtful, sure] = partition(held, (group) => group.some(({ key }) => state.distrusted.has(key)));
    for (const change of sure.flat()) {
      if (queued.every((other) => this.reducible.apart(other, change))) queued.push(change);
    }
    return {
      ...state,
      tried: state.tried + held.flat().length + alone.length,
      refusals: counted(
        state.refusals,
        refusals.filter((_, i) => due[i]?.length === 1),
      ),
      fallen: fell(state, alone.flat()),
      doubted: new Map([...state.doubted, ...doubted]),
      width: alone.length < fallen.length ? state.width : this.widthAfter(due.length, held.length),
      together: this.togetherAfter(state, due.length, held.length),
      // What was taken back once is kept with as few others as it was probed with.
      queue: [...(queued.length === 0 ? [] : [queued]), ...doubtful],
    };
  }

  private kept(
    state: ReduceState<M>,
    { candidate, titles }: ReduceAsk<M> & { kind: "keep" },
    { refusal, attempts, counted: crashes }: ReduceAnswer & { kind: "keep" | "again" },
  ): ReduceState<M> {
    const [group = [], ...rest] = state.queue;
    if (refusal === null) {
      const keys = group.map(({ key }) => key);
      const step = { material: candidate, titles, keys, attempts, counted: crashes };
      // What else was queued was a change of the program as it was.
      return {
        ...state,
        steps: [...state.steps, step],
        queue: [],
        keptInSweep: true,
        sinceAgain: state.sinceAgain + 1,
      };
    }
    const refusals = counted(state.refusals, [refusal]);
    if (group.length > 1) {
      const half = Math.ceil(group.length / 2);
      return { ...state, refusals, queue: [group.slice(0, half), group.slice(half), ...rest] };
    }
    return {
      ...state,
      refusals,
      queue: rest,
      fallen: fell(state, group),
    };
  }

  private measuredAgain(
    state: ReduceState<M>,
    { refusal, attempts, counted: crashes }: ReduceAnswer & { kind: "keep" | "again" },
  ): ReduceState<M> {
    const last = state.steps.at(-1) as KeptStep<M>;
    const before = state.steps.slice(0, -1);
    if (refusal === null || before.length === 0) {
      const measured = { ...last, attempts: last.attempts + attempts, counted: last.counted + crashes };
      return { ...state, steps: [...before, measured], sinceAgain: 0 };
    }
    const fewest = last.keys.length === 1 ? 0 : fewer(last.keys.length);
    const distrusted = new Map([...state.distrusted, ...last.keys.map((key) => [key, fewest] as const)]);
    // It stays due: what it was taken back to is measured next.
    const fallen = new Map([...state.fallen].filter(([, steps]) => steps <= before.length));
    const sinceAgain = Math.max(1, state.sinceAgain);
    return { ...state, steps: before, fallen, distrusted, dropped: state.dropped + 1, sinceAgain };
  }

  /** Where no change is left to try: a new sweep, finer changes, or the end. */
  private settle(state: ReduceState<M>): ReduceState<M> {
    if (state.queue.length > 0 || state.ending || this.due(state).length > 0) return state;
    // Finer changes make a program plainer, not shorter: once is enough.
    const again = state.keptInSweep && state.sweep < (state.fine ? 1 : this.options.maxSweeps);
    if (again) {
      // What fell since the last step was kept was tried on what is the best now.
      const fallen = new Map([...state.fallen].filter(([, steps]) => steps === state.steps.length));
      const swept = { ...state, fallen, doubted: new Map<string, number>(), keptInSweep: false };
      return this.settle({ ...swept, sweep: state.sweep + 1 });
    }
    if (!state.fine) return this.settle({ ...state, fine: true, sweep: 1, keptInSweep: false });
    return { ...state, ending: true };
  }
}

/** Of so many changes that fell together, how many are worth trying together. */
function fewer(together: number): number {
  return Math.max(1, Math.floor(together / 4));
}

/** The changes that fell, those of this probe too. */
function fell<M>({ fallen, steps }: ReduceState<M>, now: readonly Change<M>[]): ReadonlyMap<string, number> {
  return new Map([...fallen, ...now.map(({ key }) => [key, steps.length] as const)]);
}

function counted(
  before: Readonly<Record<string, number>>,
  refusals: readonly Refusal[],
): Readonly<Record<string, number>> {
  const after: Record<string, number> = { ...before };
  for (const refusal of refusals) if (refusal !== null) after[refusal] = (after[refusal] ?? 0) + 1;
  return after;
}
