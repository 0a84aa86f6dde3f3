import { betaBinomial, type Beta } from "./beta-binomial.js";

/** Numbers of attempts that are weighed: each about 1.4 times the one before. */
const LADDER: readonly number[] = Array.from({ length: 34 }, (_, i) => Math.round(2 ** (i / 2))).filter(
  (m, i, all) => i === 0 || m !== all[i - 1],
);
/** Outcomes that are told apart; beyond, they are one. */
const MOST_COUNTED = 400;
/** After so many that are worth less than the best, none is better. */
const FALLS = 4;
/** A point is decided, and its attempts end, where its side is that sure. */
const DECIDED = 1e-2;
/** Fewer attempts are taken where they are worth nearly as much for their cost: what is left open is told by the points after it, and by the confirmation. */
const NEARLY = 0.9;

/** A trial of a point: how many attempts at most, after how many counted ones it ends, and what it is worth. */
export interface Trial {
  readonly attempts: number;
  /** It ends when so many were counted. */
  readonly until: number;
  /** Attempts that it takes on average. */
  readonly expected: number;
  /** Bits that it tells on average. */
  readonly bits: number;
}

function entropy(p: number): number {
  if (p <= 0 || p >= 1) return 0;
  return -(p * Math.log2(p) + (1 - p) * Math.log2(1 - p));
}

/** For each number of attempts, how many are counted on the side that crashes more and on the other. */
interface Rung {
  readonly attempts: number;
  readonly high: Float64Array;
  readonly low: Float64Array;
}

/**
 * What trials of a point would tell of whether it has the change, as a function of how likely that is. What is the same for all points is worked
 * out once.
 */
export class Gains {
  private readonly rungs: readonly Rung[];
  private readonly highRate: number;
  private readonly lowRate: number;
  /** Whether points with the change crash more than those without. */
  private readonly withIsHigh: boolean;

  constructor(rates: { readonly with: Beta; readonly without: Beta }, longest: number) {
    const mean = ({ a, b }: Beta): number => a / (a + b);
    this.withIsHigh = mean(rates.with) >= mean(rates.without);
    const [high, low] = this.withIsHigh ? [rates.with, rates.without] : [rates.without, rates.with];
    this.highRate = mean(high);
    this.lowRate = mean(low);
    const rungs: Rung[] = [];
    for (const attempts of LADDER) {
      if (attempts > longest && rungs.length > 0) break;
      const rung = rungOf(attempts, high, low);
      rungs.push(rung);
      // More would tell no more.
      if (bitsOf(rung, 0.5, rung.high.length) > 0.995) break;
    }
    this.rungs = rungs;
  }

  /** The shortest trial that tells nearly as much for its cost as the best; `mass`: probability that the point has the change. */
  best(
    mass: number,
    cost: { readonly fixed: number; readonly attempt: number },
  ): { readonly trial: Trial; readonly worth: number } {
    const share = this.withIsHigh ? mass : 1 - mass;
    const weighed: { readonly trial: Trial; readonly worth: number }[] = [];
    let most = -1;
    let falling = 0;
    for (const rung of this.rungs) {
      const until = decisive(rung, share);
      const bits = bitsOf(rung, share, until);
      const expected =
        share * Math.min(rung.attempts, until / this.highRate) +
        (1 - share) * Math.min(rung.attempts, until / this.lowRate);
      const worth = bits / (cost.fixed + expected * cost.attempt);
      weighed.push({ trial: { attempts: rung.attempts, until, expected, bits }, worth });
      // It rises to one top and falls.
      if (worth < most && ++falling === FALLS) break;
      if (worth > most) {
        most = worth;
        falling = 0;
      }
    }
    return weighed.find(({ worth }) => worth >= NEARLY * most) as (typeof weighed)[number];
  }
}

function rungOf(attempts: number, high: Beta, low: Beta): Rung {
  const scratch = new Float64Array(Math.min(attempts, MOST_COUNTED) + 1);
  const highLength = betaBinomial(attempts, high, scratch);
  const ofHigh = scratch.slice(0, highLength);
  scratch.fill(0);
  const lowLength = betaBinomial(attempts, low, scratch);
  const ofLow = scratch.slice(0, lowLength);
  const length = Math.max(highLength, lowLength);
  const padded = (values: Float64Array): Float64Array => {
    const all = new Float64Array(length);
    all.set(values);
    return all;
  };
  return { attempts, high: padded(ofHigh), low: padded(ofLow) };
}

/** The number counted from which on the side is sure, whatever comes. */
function decisive({ high, low, attempts }: Rung, share: number): number {
  for (let k = 1; k < high.length; k++) {
    const up = share * high[k]!;
    const down = (1 - share) * low[k]!;
    if (down < DECIDED * (up + down) && high[k]! > low[k]!) return k;
  }
  return attempts + 1;
}

/** Mutual information, in bits, of the side of a point and the number counted; from `until` on, all numbers are one outcome. */
function bitsOf({ high, low }: Rung, share: number, until: number): number {
  let left = 0;
  let restHigh = 0;
  let restLow = 0;
  for (let k = 0; k < high.length; k++) {
    const up = share * high[k]!;
    const down = (1 - share) * low[k]!;
    if (k >= until) {
      restHigh += up;
      restLow += down;
    } else if (up + down > 0) left += (up + down) * entropy(up / (up + down));
  }
  if (restHigh + restLow > 0) left += (restHigh + restLow) * entropy(restHigh / (restHigh + restLow));
  return Math.max(0, entropy(share) - left);
}
