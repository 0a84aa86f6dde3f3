import { binomialWindow } from "../binomial.js";
import { type Sizes, fisherRegion, fisherTail } from "./fisher.js";
import type { Tally } from "../tally.js";

/** Above this many attempts in both samples together the exact tests differ by less than anyone can use. */
const LARGEST = 20_000;

/** Name of the test that `exactTest` uses for these sizes: the rule is the sizes' alone, never the counts'. */
export function exactTestName(sizes: Sizes): string {
  return sizes.a + sizes.b <= LARGEST ? "Boschloo's exact test" : "Fisher's exact test";
}

/**
 * Two-sided p-value of "both samples have one rate": twice the smaller one-sided p-value. Boschloo's exact
 * unconditional test (Statistica Neerlandica 24, 1970): the largest probability, over the unknown common rate, of a table
 * at least as extreme by Fisher's p-value. Beyond 20,000 attempts Fisher's p-value itself, which is never smaller.
 */
export function exactTest(a: Tally, b: Tally): number {
  return Math.min(1, 2 * Math.min(oneSided(a, b), oneSided(b, a)));
}

function oneSided(a: Tally, b: Tally): number {
  const sizes = { a: a.attempts, b: b.attempts };
  const fisher = fisherTail(sizes, a.counted + b.counted, b.counted);
  // Below 1e-290 the sums would underflow; Fisher's p-value is an upper bound of Boschloo's.
  if (sizes.a + sizes.b > LARGEST || fisher < 1e-290 || fisher >= 1) return fisher;
  return Math.min(fisher, largestProbability(sizes, fisherRegion(sizes, fisher), fisher));
}

/**
 * Probability that a's and b's counts fall into the region (see `fisherRegion`) where their rates are `pa` and `pb`.
 * `cut`: terms below this part of the largest are left out.
 */
export function regionProbability(
  { a, b }: Sizes,
  region: Int32Array,
  pa: number,
  pb: number,
  cut: number,
): number {
  const ofA = binomialWindow(a, pa, cut);
  const ofB = binomialWindow(b, pb, cut);
  const tails = [...ofB.probabilities];
  for (let i = tails.length - 2; i >= 0; i--) tails[i]! += tails[i + 1]!;
  return ofA.probabilities.reduce((sum, mass, i) => {
    const least = region[ofA.first + i]!;
    const tail = least > b ? 0 : (tails[Math.max(0, least - ofB.first)] ?? 0);
    return sum + mass * tail;
  }, 0);
}

/**
 * The largest probability of the region over a common rate. The rate is walked on the arcsine scale, on which a
 * binomial distribution is equally wide everywhere, in steps of that width; the best ones are refined.
 */
function largestProbability(sizes: Sizes, region: Int32Array, level: number): number {
  const cut = Math.max(1e-300, level * 1e-12);
  const at = (angle: number): number => {
    const p = Math.sin(angle) ** 2;
    return regionProbability(sizes, region, p, p, cut);
  };
  const steps = Math.ceil(32 + 3 * Math.sqrt(sizes.a + sizes.b));
  const width = Math.PI / 2 / steps;
  const heights = Array.from({ length: steps + 1 }, (_, i) => at(i * width));
  const peaks = heights
    .map((height, i) => ({ height, i }))
    .filter(({ height, i }) => height >= (heights[i - 1] ?? 0) && height >= (heights[i + 1] ?? 0))
    .sort((x, y) => y.height - x.height)
    .slice(0, 4);
  return peaks.reduce(
    (best, { height, i }) =>
      Math.max(best, height, goldenSection(at, Math.max(0, i - 1) * width, Math.min(steps, i + 1) * width)),
    0,
  );
}

/** Largest value of a function with one peak between the ends, to 1e-8 of its height or better. */
function goldenSection(f: (x: number) => number, low: number, high: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let left = high - ratio * (high - low);
  let right = low + ratio * (high - low);
  let [atLeft, atRight] = [f(left), f(right)];
  for (let step = 0; step < 24; step++) {
    if (atLeft >= atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - ratio * (high - low);
      atLeft = f(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + ratio * (high - low);
      atRight = f(right);
    }
  }
  return Math.max(atLeft, atRight);
}

/** Above this many attempts Fisher's region is Boschloo's but for a few tables in a thousand. */
const LARGEST_REGION = 2_000;

/**
 * The tables that `exactTest` rejects in favour of "b's rate is higher" at one-sided `alpha` (see `fisherRegion`): those
 * up to the Fisher level whose region has at most probability alpha. Errs on the side of fewer tables.
 */
export function rejectionRegion(sizes: Sizes, alpha: number): Int32Array {
  let best = fisherRegion(sizes, alpha);
  if (sizes.a + sizes.b > LARGEST_REGION) return best;
  let low = Math.log(alpha);
  let high = 0;
  for (let step = 0; step < 14; step++) {
    const middle = (low + high) / 2;
    const region = fisherRegion(sizes, Math.exp(middle));
    if (largestProbability(sizes, region, alpha) > alpha) high = middle;
    else [low, best] = [middle, region];
  }
  return best;
}
