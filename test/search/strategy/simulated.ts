import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { fisherTail } from "../../../src/stats/exact/fisher.js";
import type { Tally } from "../../../src/stats/tally.js";
import type { HistoryNode } from "../../../src/search/strategy/bisect/history.js";
import { bisect, type BisectFinding } from "../../../src/search/strategy/bisect/bisect.js";
import { History } from "../../../src/search/strategy/bisect/history.js";
import { DEFAULTS, type BisectOptions } from "../../../src/search/strategy/bisect/options.js";
import type {
  BisectAnswer,
  BisectAsk,
  PointAttempts,
} from "../../../src/search/strategy/bisect/questions.js";

/** Chance from a seed: the same seed is the same simulation. */
export class Dice {
  private readonly generator;

  constructor(seed: number) {
    this.generator = xoroshiro128plus(seed);
  }

  /** From 0 to `below` - 1. */
  below(below: number): number {
    return uniformInt(this.generator, 0, below - 1);
  }

  /** Evenly from 0 to 1, 0 excluded. */
  share(): number {
    return (uniformInt(this.generator, 0, 0x7fffffff) + 1) / 0x80000000;
  }

  hit(p: number): boolean {
    return p >= 1 || (p > 0 && this.share() <= p);
  }

  /** Attempts until the first hit: geometric. */
  until(p: number): number {
    if (p >= 1) return 1;
    return p <= 0 ? Infinity : Math.max(1, Math.ceil(Math.log(this.share()) / Math.log1p(-p)));
  }

  /** Makes `attempts`, or fewer where `until` hits came first. */
  attempts(p: number, attempts: number, until = Infinity): { attempts: number; counted: number } {
    let made = 0;
    for (let counted = 0; ; counted++) {
      if (counted >= until) return { attempts: made, counted };
      const next = made + this.until(p);
      if (next > attempts) return { attempts, counted };
      made = next;
    }
  }
}

/** A history of so many commits, `c0` (the root, before it) and `c1` … ; a line, or with branches and merges as people make them. */
export function commits(kind: "line" | "graph", count: number, dice: Dice): HistoryNode[] {
  const nodes: HistoryNode[] = [];
  let tips = ["c0"];
  for (let i = 1; i <= count; i++) {
    const id = `c${i}`;
    const at = dice.below(tips.length);
    const tip = tips[at] as string;
    const last = i === count;
    if (kind === "graph" && last && tips.length > 1) {
      nodes.push({ id, parents: tips });
      tips = [id];
    } else if (kind === "graph" && tips.length > 1 && dice.hit(0.15)) {
      const other = tips[(at + 1) % tips.length] as string;
      nodes.push({ id, parents: [tip, other] });
      tips = [id, ...tips.filter((each) => each !== tip && each !== other)];
    } else {
      nodes.push({ id, parents: [tip] });
      const forks = kind === "graph" && tips.length < 5 && dice.hit(0.15);
      tips = forks ? [...tips, id] : tips.map((each) => (each === tip ? id : each));
    }
  }
  return nodes;
}

/** The world of one bisection: which commit did it, how often it crashes on either side, which commits cannot be built. */
export interface World {
  readonly history: History;
  readonly culprit: string;
  readonly bad: number;
  readonly good: number;
  readonly broken: ReadonlySet<string>;
  readonly dice: Dice;
}

/** Costs in attempts: a build is worth 200 of them, a start of containers 20. */
export const COSTS = { build: 200, start: 20, attempt: 1 };

function rateOf({ history, culprit, bad, good }: World, point: string): number {
  return history.holds.has(history.point(point), history.point(culprit)) ? bad : good;
}

export function answer(world: World, ask: BisectAsk): BisectAnswer {
  const made = (point: string, attempts: number, until?: number): PointAttempts => {
    const { attempts: n, counted } = world.dice.attempts(rateOf(world, point), attempts, until);
    const ends = [{ key: "crash SIGSEGV", outcome: "crash" as const, counted: true, count: counted }];
    return { attempts: n, ends: counted > 0 ? ends : [], ms: COSTS.start + n };
  };
  if (ask.kind === "confirm")
    return { kind: "confirmed", made: ask.points.map((point) => made(point, ask.attempts)) };
  if (world.broken.has(ask.point))
    return { kind: "tried", build: { ok: false, ms: COSTS.build, why: "broken" }, made: null };
  const build = { ok: true as const, ms: COSTS.build, cached: false, sha256: ask.point };
  return { kind: "tried", build, made: made(ask.point, ask.attempts, ask.until) };
}

/** What one simulated bisection came to and took, the ends and the confirmation apart. */
export interface Outcome {
  readonly finding: BisectFinding;
  readonly attempts: number;
  readonly builds: number;
  readonly endAttempts: number;
  readonly confirmAttempts: number;
}

/** Fisher's exact test, twice its smaller side: never smaller than Boschloo's p-value, and a hundred times as fast. */
function fisher(a: Tally, b: Tally): number {
  const side = (x: Tally, y: Tally): number =>
    fisherTail({ a: x.attempts, b: y.attempts }, x.counted + y.counted, y.counted);
  return Math.min(1, 2 * Math.min(side(a, b), side(b, a)));
}

export function options(history: History, count: number): BisectOptions {
  return {
    ...DEFAULTS,
    history,
    find: "introduced",
    newEnd: `c${count}`,
    oldEnd: "c0",
    costs: COSTS,
    patienceMs: 1e6,
    ahead: false,
    test: fisher,
  };
}

/** Carries one bisection out against a made-up world. */
export function simulate(world: World, settings: BisectOptions): Outcome {
  const strategy = bisect(settings);
  let state = strategy.initial;
  let endAttempts = 0;
  let confirmAttempts = 0;
  for (;;) {
    const measured = state.measured;
    const step = strategy.next(state, []);
    if (!measured && state.measured) endAttempts = state.attempts;
    if (step.kind === "done") {
      const attempts = state.attempts - endAttempts - confirmAttempts;
      return { finding: step.finding, attempts, builds: state.builds - 2, endAttempts, confirmAttempts };
    }
    const [ask] = step.asks;
    if (ask === undefined) throw new Error("it asks nothing");
    const before = state.attempts;
    state = strategy.take(state, ask, answer(world, ask));
    if (ask.kind === "confirm") confirmAttempts += state.attempts - before;
  }
}
