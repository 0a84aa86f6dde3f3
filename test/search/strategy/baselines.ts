import { atLeast } from "../../../src/stats/binomial.js";
import { choose } from "../../../src/search/strategy/bisect/choose.js";
import type { History } from "../../../src/search/strategy/bisect/history.js";
import { Posterior } from "../../../src/search/strategy/bisect/posterior.js";
import type { World } from "./simulated.js";

/** What another rule came to; the ends are not among its attempts and builds. */
export interface BaselineOutcome {
  readonly named: string | null;
  readonly attempts: number;
  readonly builds: number;
}

/** Attempts of each commit of a plain bisection, and from how many counted ones on it is called bad. */
export interface Fixed {
  readonly attempts: number;
  readonly bad: number;
}

/**
 * The cheapest fixed number for which a bisection of so many steps is wrong in at most 1 %: from the true rates, which a person does not know.
 * Null where none below 100,000 does.
 */
export function fixedFor(world: Pick<World, "bad" | "good">, steps: number): Fixed | null {
  const error = 1 - 0.99 ** (1 / Math.max(1, steps));
  let best: (Fixed & { cost: number }) | null = null;
  for (let bad = 1; bad <= 60; bad++) {
    // The fewest attempts in which the bad side is seen so often; they must not be so many that the good side is, too.
    let attempts = bad;
    while (attempts < 100_000 && 1 - atLeast(bad, attempts, world.bad) > error)
      attempts = Math.ceil(attempts * 1.02);
    if (attempts >= 100_000 || atLeast(bad, attempts, world.good) > error) continue;
    const cost = (attempts + Math.min(attempts, bad / world.bad)) / 2;
    if (best === null || cost < best.cost) best = { attempts, bad, cost };
  }
  return best;
}

/** Plain bisection with a fixed number of attempts at each commit; it ends a commit as soon as it is bad, and believes every answer. */
export function plainBisection(
  { history, culprit, bad, good, broken, dice }: World,
  fixed: Fixed,
): BaselineOutcome {
  const skipped = new Set<number>();
  let candidates = history.changes.map((_, i) => i);
  let attempts = 0;
  let builds = 0;
  while (candidates.length > 1) {
    const point = halving(history, candidates, skipped);
    if (point === null) return { named: null, attempts, builds };
    builds++;
    if (broken.has(history.points[point] as string)) {
      skipped.add(point);
      continue;
    }
    const rate = history.holds.has(point, history.point(culprit)) ? bad : good;
    const made = dice.attempts(rate, fixed.attempts, fixed.bad);
    attempts += made.attempts;
    const isBad = made.counted >= fixed.bad;
    candidates = candidates.filter((change) => history.holds.has(point, change) === isBad);
  }
  return { named: history.changes[candidates[0] as number] ?? null, attempts, builds };
}

/** The candidate whose ancestors are nearest to half of the candidates. */
function halving(
  history: History,
  candidates: readonly number[],
  skipped: ReadonlySet<number>,
): number | null {
  const isCandidate = new Float64Array(history.changes.length);
  for (const change of candidates) isCandidate[change] = 1;
  const held = history.sums(isCandidate);
  let best: number | null = null;
  let off = Infinity;
  for (const point of candidates) {
    const count = held[point]!;
    const distance = Math.abs(count - candidates.length / 2);
    if (!skipped.has(point) && distance < off && count < candidates.length) [best, off] = [point, distance];
  }
  return best;
}

/** Attempts after which it is given up: such a row says so. */
const GIVEN_UP = 8_000;

/**
 * git_bayesect's rule, written anew: one attempt at a time, of the commit where it tells most, whatever building costs; until one commit has 99 %.
 * The posterior is ours: both rates unknown, seeded by the same ends, on the same graph.
 */
export function oneAtATime(world: World, ends: { readonly attempts: number }): BaselineOutcome {
  const { history, dice, culprit } = world;
  const posterior = new Posterior(history);
  const observe = (id: string, rate: number): void => {
    const { attempts, counted } = dice.attempts(rate, ends.attempts);
    posterior.observe(history.point(id), attempts, counted);
  };
  observe(history.changes.at(-1) as string, world.bad);
  observe("c0", world.good);
  posterior.update();
  const built = new Set<number>();
  const unbuildable = new Set<number>();
  let attempts = 0;
  let builds = 0;
  while ((posterior.probabilities[posterior.top] ?? 0) < 0.99 && attempts < GIVEN_UP) {
    const choice = choose(
      posterior,
      { built: new Set(), unbuildable },
      { build: 0, start: 0, attempt: 1 },
      1,
    );
    if (choice === null) break;
    const { point } = choice;
    if (!built.has(point)) builds++;
    if (world.broken.has(history.points[point] as string)) {
      unbuildable.add(point);
      continue;
    }
    built.add(point);
    const rate = history.holds.has(point, history.point(culprit)) ? world.bad : world.good;
    posterior.observe(point, 1, dice.hit(rate) ? 1 : 0);
    posterior.update();
    attempts++;
  }
  const named =
    (posterior.probabilities[posterior.top] ?? 0) >= 0.99 ? history.changes[posterior.top] : undefined;
  return { named: named ?? null, attempts, builds };
}
