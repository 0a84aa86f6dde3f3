import { Gains, type Trial } from "./gain.js";
import type { Belief } from "./posterior.js";

/** What things cost, in one unit (milliseconds). */
export interface Costs {
  /** A program that was not built before. */
  readonly build: number;
  /** Beginning to make attempts. */
  readonly start: number;
  readonly attempt: number;
}

/** What is known of building a point. */
export interface Builds {
  readonly built: ReadonlySet<number>;
  readonly unbuildable: ReadonlySet<number>;
}

export interface Choice {
  readonly point: number;
  readonly trial: Trial;
}

/** Of the points that are not built yet, those that come nearest to these splits are looked at closely: where a crash is rare, a half is not the best. */
const SPLITS = [0.5, 0.45, 0.4, 0.37, 0.33, 0.55, 0.6, 0.67];
/** The side of a built point is that sure: more attempts of it tell nothing. */
const SETTLED = 1e-3;
/** A change less likely than this changes no choice. */
const NEGLIGIBLE = 1e-7;

/**
 * The point to try next and how long: the one that tells most for what it costs to build and run. `longest`: attempts at a time at most. Null where
 * no point that may be built tells anything.
 */
export function choose(posterior: Belief, builds: Builds, costs: Costs, longest: number): Choice | null {
  const gains = new Gains(posterior.rates(), longest);
  const chances = new Chances(posterior, builds);
  let best: Choice | null = null;
  let worth = 0;
  for (const { point, mass } of worthwhile(posterior, builds)) {
    const isBuilt = builds.built.has(point);
    const chance = isBuilt ? 1 : chances.of(point);
    const fixed = costs.start + (isBuilt ? 0 : costs.build / chance);
    const found = gains.best(mass, { fixed, attempt: costs.attempt });
    if (found.worth > worth && found.trial.bits > 1e-9) {
      worth = found.worth;
      best = { point, trial: found.trial };
    }
  }
  return best;
}

interface Weighed {
  readonly point: number;
  readonly mass: number;
}

/** Points that are built, and of the others those that split the probability about in halves. */
function worthwhile(posterior: Belief, { built, unbuildable }: Builds): Weighed[] {
  const weigh = (point: number): Weighed => ({ point, mass: posterior.mass(point) });
  const known = [...built].map(weigh).filter(({ mass }) => mass > SETTLED && mass < 1 - SETTLED);
  const isTried = new Uint8Array(posterior.history.points.length);
  for (const tried of [built, unbuildable]) for (const point of tried) isTried[point] = 1;
  const nearest = new Float64Array(SPLITS.length).fill(-1);
  const off = new Float64Array(SPLITS.length).fill(Infinity);
  for (const point of likely(posterior)) {
    const mass = posterior.mass(point);
    if (mass < 1e-9 || mass > 1 - 1e-9 || isTried[point] === 1) continue;
    for (let i = 0; i < SPLITS.length; i++) {
      const distance = Math.abs(mass - SPLITS[i]!);
      if (distance >= off[i]!) continue;
      off[i] = distance;
      nearest[i] = point;
    }
  }
  return [...known, ...[...new Set(nearest)].filter((point) => point >= 0).map(weigh)];
}

/** The points of the changes that may be it. */
function likely({ probabilities, history }: Belief): number[] {
  const live: number[] = [];
  for (let change = 0; change < probabilities.length; change++)
    if (probabilities[change]! > NEGLIGIBLE) live.push(change);
  const dead = history.changes.length - live.length;
  // Where few are left, a point beside them (a merge of theirs) may split better than any of theirs.
  const beside = live.length <= 64 && dead > 0 ? neighbours(history.parents, live) : [];
  return beside.length === 0 ? live : [...live, ...beside];
}

/** Points whose parents are among these. */
function neighbours(parents: readonly (readonly number[])[], live: readonly number[]): number[] {
  const set = new Set(live);
  const found: number[] = [];
  parents.forEach((own, point) => {
    if (!set.has(point) && own.length > 1 && own.some((parent) => set.has(parent))) found.push(point);
  });
  return found.slice(0, 64);
}

/** How likely it is that a point can be built: less so beside one that cannot, as breakage mostly lasts a while. */
class Chances {
  private readonly usual: number;
  private readonly beside = new Set<number>();

  constructor(
    { history }: Belief,
    private readonly builds: Builds,
  ) {
    const { built, unbuildable } = builds;
    this.usual = (built.size + 1) / (built.size + unbuildable.size + 1);
    if (unbuildable.size === 0) return;
    history.parents.forEach((parents, point) => {
      for (const parent of parents) {
        if (unbuildable.has(point)) this.beside.add(parent);
        if (unbuildable.has(parent)) this.beside.add(point);
      }
    });
  }

  of(point: number): number {
    if (this.builds.unbuildable.has(point)) return 0;
    return this.beside.has(point) ? this.usual / 2 : this.usual;
  }
}
