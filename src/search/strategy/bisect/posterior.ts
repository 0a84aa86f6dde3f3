import { UNKNOWN, logMarginal, type Beta } from "./beta-binomial.js";
import type { History } from "./history.js";

/** Attempts of one point. */
export interface PointCounts {
  attempts: number;
  counted: number;
}

/** What is believed of the changes and of the two rates; all that a choice needs. */
export interface Belief {
  readonly history: History;
  /** Of each change; they add up to 1. */
  readonly probabilities: Float64Array;
  /** What is known of the rate with the change and of the rate without it. */
  rates(): { readonly with: Beta; readonly without: Beta };
  /** Probability that a point has the change. */
  mass(point: number): number;
}

/** How much less likely a change is that would lie between two points with the same program. */
const SAME_PROGRAM = Math.log(1e-4);

/**
 * The probability of each change to be the one, given what was counted at each point that was tried. All are equally likely at first. Both rates
 * (of points with the change, of points without it) are unknown, with Jeffreys' prior, and are integrated out: given a change, all attempts with
 * it are one beta-binomial sample, all without it another. The ends are points like any other: so they seed both rates.
 *
 * A point that cannot be built says nothing: its change stays as likely as it was.
 */
export class Posterior implements Belief {
  /** Of each change; they add up to 1. */
  readonly probabilities: Float64Array;
  readonly counts: readonly PointCounts[];
  /** Given each change: attempts of points with it, and how many of those were counted. */
  private readonly attemptsWith: Float64Array;
  private readonly countedWith: Float64Array;
  private readonly penalty: Float64Array;
  private attempts = 0;
  private counted = 0;
  /** Of each point; null until somebody asks for one. */
  private masses: Float64Array | null = null;

  constructor(readonly history: History) {
    const { changes, points } = history;
    this.probabilities = new Float64Array(changes.length).fill(1 / changes.length);
    this.counts = points.map(() => ({ attempts: 0, counted: 0 }));
    this.attemptsWith = new Float64Array(changes.length);
    this.countedWith = new Float64Array(changes.length);
    this.penalty = new Float64Array(changes.length);
  }

  /** Takes attempts of a point in. Call `update` after the last. */
  observe(point: number, attempts: number, counted: number): void {
    const counts = this.counts[point] as PointCounts;
    counts.attempts += attempts;
    counts.counted += counted;
    this.attempts += attempts;
    this.counted += counted;
    this.history.holds.add(point, this.attemptsWith, attempts);
    if (counted > 0) this.history.holds.add(point, this.countedWith, counted);
  }

  /** Two points turned out to be one program: a change that only one of them has does nothing. */
  same(a: number, b: number): void {
    const { holds, changes } = this.history;
    for (let change = 0; change < changes.length; change++) {
      if (holds.has(a, change) !== holds.has(b, change))
        this.penalty[change] = this.penalty[change]! + SAME_PROGRAM;
    }
  }

  /** Works the probabilities out again. */
  update(): void {
    const { probabilities, attemptsWith, countedWith, penalty } = this;
    this.masses = null;
    const known = new Map<number, number>();
    let highest = -Infinity;
    let [lastN, lastK, likelihood] = [-1, -1, 0];
    for (let change = 0; change < probabilities.length; change++) {
      const n = attemptsWith[change]!;
      const k = countedWith[change]!;
      // Neighbours have mostly the same points after them.
      if (n !== lastN || k !== lastK) {
        [lastN, lastK] = [n, k];
        const key = n * 2 ** 26 + k;
        likelihood =
          known.get(key) ??
          logMarginal(k, n, UNKNOWN) + logMarginal(this.counted - k, this.attempts - n, UNKNOWN);
        known.set(key, likelihood);
      }
      const log = likelihood + penalty[change]!;
      probabilities[change] = log;
      if (log > highest) highest = log;
    }
    let sum = 0;
    let [lastLog, last] = [NaN, 0];
    for (let i = 0; i < probabilities.length; i++) {
      const log = probabilities[i]!;
      if (log !== lastLog) [lastLog, last] = [log, Math.exp(log - highest)];
      sum += probabilities[i] = last;
    }
    for (let i = 0; i < probabilities.length; i++) probabilities[i] = probabilities[i]! / sum;
  }

  /** What is known of the rate with the change and of the rate without it, over all changes by their probability. */
  rates(): { readonly with: Beta; readonly without: Beta } {
    let n = 0;
    let k = 0;
    for (let change = 0; change < this.probabilities.length; change++) {
      const p = this.probabilities[change]!;
      if (p < 1e-12) continue;
      n += p * this.attemptsWith[change]!;
      k += p * this.countedWith[change]!;
    }
    const beta = (k: number, n: number): Beta => ({ a: UNKNOWN.a + k, b: UNKNOWN.b + n - k });
    return { with: beta(k, n), without: beta(this.counted - k, this.attempts - n) };
  }

  /** The likeliest change. */
  get top(): number {
    let top = 0;
    for (let i = 1; i < this.probabilities.length; i++)
      if (this.probabilities[i]! > this.probabilities[top]!) top = i;
    return top;
  }

  /** How many changes have that probability together, the likeliest first. */
  candidates(probability: number): number {
    const sorted = this.probabilities.slice().sort((a, b) => b - a);
    let sum = 0;
    const last = sorted.findIndex((p) => (sum += p) >= probability);
    return last === -1 ? sorted.length : last + 1;
  }

  /** Bits that are not known of which change it is. */
  get bits(): number {
    return this.probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log2(p) : sum), 0);
  }

  /** Probability that a point has the change. */
  mass(point: number): number {
    this.masses ??= this.history.sums(this.probabilities);
    return Math.min(1, this.masses[point]!);
  }

  /** What would be believed where a point turned out to have the change, or not to; the rates stay as they are. Null where that is impossible. */
  given(point: number, has: boolean): Belief | null {
    const { history } = this;
    const probabilities = this.probabilities.map((p, change) =>
      history.holds.has(point, change) === has ? p : 0,
    );
    const sum = probabilities.reduce((total, p) => total + p, 0);
    if (sum <= 0) return null;
    probabilities.forEach((p, change) => (probabilities[change] = p / sum));
    const rates = this.rates();
    const masses = history.sums(probabilities);
    return {
      history,
      probabilities,
      rates: () => rates,
      mass: (each) => Math.min(1, masses[each]!),
    };
  }
}
