import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import type { Hold } from "../../plan/schedule.js";

/** A place where a thread can be held. */
export interface HoldPoint {
  readonly place: string;
  /** It is in the program's own source: a reader gains more by it than by a place in a library that does nearly as well. */
  readonly own?: boolean;
}

/** What came of an attempt with a hold. */
export interface HoldAnswer {
  readonly crashed: boolean;
  /** Times that a thread came to the place; so often and no more, as far as is known, it can be held there. */
  readonly passes: number;
}

/** A hold and what its attempts came to. */
export interface TriedHold {
  readonly hold: Hold;
  readonly crashes: number;
  readonly attempts: number;
}

export interface HoldFinding {
  /** The hold with the highest rate; null where none crashed. Its counts chose it, so they say too much of its rate. */
  readonly best: TriedHold | null;
  /** Every place that was tried, over all passes and lengths. */
  readonly points: readonly { readonly place: string; readonly crashes: number; readonly attempts: number }[];
}

export interface HoldOptions {
  readonly points: readonly HoldPoint[];
  /** Holds with which the crash came already; their places are tried, too. */
  readonly known: readonly Hold[];
  readonly seed: number;
  /** Attempts in all, about. */
  readonly attempts: number;
}

const LENGTHS = [1, 2, 5, 10, 20, 50, 100] as const;
/** How often a hold that crashed once is made again at the start: whether that was more than chance. */
const AGAIN = 12;
/** Of the attempts, for finding the place; the rest is for pass and length. */
const FOR_PLACES = 0.5;
/** Places that go on to the second part, and passes that are tried of each. */
const PLACES = 3;
const OWN_PLACES = 2;
const PASSES = 5;
/** What a place of the program's own must do of what the best one does, to be told in its place. */
const OWN_SHARE = 0.75;

/**
 * Finds where, at which pass and for how long a thread is to be held for a crash to come often: yields a hold, is told what came of an attempt with it. Pure.
 *
 * First the holds that crashed are made again. Then a bandit of two parts, each by sequential halving (Karnin, Koren, Somekh: "Almost optimal exploration in
 * multi-armed bandits", ICML 2013): in each round all that are left have the same share of attempts, in turns, and the better half stays. The arms are places,
 * each attempt of one with a pass and a length that are drawn (or taken from those that crashed); then passes and lengths at the best places.
 */
export function* findHold(options: HoldOptions): Generator<Hold, HoldFinding, HoldAnswer> {
  const dice = new Dice(options.seed);
  const places = placesOf(options);
  for (let turn = 0; turn < AGAIN; turn++) {
    for (const hold of options.known) places.find(({ name }) => name === hold.place)?.told(hold, yield hold);
  }
  const forPlaces = Math.round(options.attempts * FOR_PLACES);
  yield* halving(places, forPlaces, dice, (place) => place.draw(dice));
  const own = new Set(options.points.flatMap((point) => (point.own === true ? [point.place] : [])));
  const promising = [...places].filter(({ crashes }) => crashes > 0).sort(byRate);
  const kept = [
    ...promising.slice(0, PLACES),
    ...promising.filter(({ name }) => own.has(name)).slice(0, OWN_PLACES),
  ];
  const holds = [...new Set(kept)].flatMap((place) => place.refined());
  yield* halving(holds, options.attempts - forPlaces, dice, ({ hold }) => hold);
  const best = bestOf(holds, own);
  return {
    best: best === undefined ? null : { hold: best.hold, crashes: best.crashes, attempts: best.attempts },
    points: places.map(({ name, crashes, attempts }) => ({ place: name, crashes, attempts })),
  };
}

interface Arm {
  crashes: number;
  attempts: number;
  /** Takes what came of an attempt. */
  told(hold: Hold, answer: HoldAnswer): void;
}

/** Attempts of arms, round by round, until one is left or the budget is spent. */
function* halving<T extends Arm>(
  arms: readonly T[],
  budget: number,
  dice: Dice,
  holdOf: (arm: T) => Hold,
): Generator<Hold, void, HoldAnswer> {
  const rounds = Math.max(1, Math.ceil(Math.log2(arms.length)));
  let left = dice.shuffled(arms);
  for (let round = 0; round < rounds && left.length > 0; round++) {
    const each = Math.max(1, Math.floor(budget / (rounds * left.length)));
    for (let turn = 0; turn < each; turn++) {
      for (const arm of left) {
        const hold = holdOf(arm);
        arm.told(hold, yield hold);
      }
    }
    // As long as none has crashed, none is better than another.
    if (left.some(({ crashes }) => crashes > 0))
      left = [...left].sort(byRate).slice(0, Math.ceil(left.length / 2));
  }
}

/** The higher mean first, where an arm that is not known yet has one of a third. */
function byRate(a: Arm, b: Arm): number {
  return meanOf(b) - meanOf(a);
}

function meanOf({ crashes, attempts }: Arm): number {
  return (crashes + 1) / (attempts + 3);
}

function bestOf(holds: readonly Tried[], own: ReadonlySet<string>): Tried | undefined {
  const all = holds.filter(({ crashes }) => crashes > 0).sort(byRate);
  const [best] = all;
  const ownBest = all.find(({ hold }) => own.has(hold.place));
  return best !== undefined && ownBest !== undefined && meanOf(ownBest) >= OWN_SHARE * meanOf(best)
    ? ownBest
    : best;
}

class Place implements Arm {
  crashes = 0;
  attempts = 0;
  private most = 1;
  private readonly crashedWith: Hold[] = [];

  constructor(
    readonly name: string,
    known: readonly Hold[],
  ) {
    for (const hold of known) this.remember(hold);
  }

  draw(dice: Dice): Hold {
    if (this.crashedWith.length > 0 && dice.below(2) === 0)
      return this.crashedWith[dice.below(this.crashedWith.length)] as Hold;
    const pass = dice.below(3) === 0 ? 1 : 1 + dice.below(this.most);
    return { place: this.name, pass, ms: LENGTHS[2 + dice.below(LENGTHS.length - 2)] as number };
  }

  told(hold: Hold, { crashed, passes }: HoldAnswer): void {
    this.attempts++;
    this.most = Math.max(this.most, passes);
    if (!crashed) return;
    this.crashes++;
    this.remember(hold);
  }

  /** The holds that are to be compared: passes that crashed, the first, and all lengths. */
  refined(): Tried[] {
    const passes = new Map<number, number>();
    for (const { pass } of this.crashedWith) passes.set(pass, (passes.get(pass) ?? 0) + 1);
    const frequent = [...passes].sort((a, b) => b[1] - a[1]).map(([pass]) => pass);
    const wanted = [...new Set([...frequent.slice(0, PASSES - 1), 1])];
    return wanted.flatMap((pass) => LENGTHS.map((ms) => new Tried({ place: this.name, pass, ms })));
  }

  private remember(hold: Hold): void {
    this.crashedWith.push(hold);
    this.most = Math.max(this.most, hold.pass);
  }
}

class Tried implements Arm {
  crashes = 0;
  attempts = 0;

  constructor(readonly hold: Hold) {}

  told(_hold: Hold, { crashed }: HoldAnswer): void {
    this.attempts++;
    if (crashed) this.crashes++;
  }
}

function placesOf({ points, known }: HoldOptions): Place[] {
  const names = new Set([...known.map(({ place }) => place), ...points.map(({ place }) => place)]);
  return [...names].map(
    (name) =>
      new Place(
        name,
        known.filter(({ place }) => place === name),
      ),
  );
}

/** Chance from a seed. */
class Dice {
  private readonly generator;

  constructor(seed: number) {
    this.generator = xoroshiro128plus(seed);
  }

  below(limit: number): number {
    return uniformInt(this.generator, 0, limit - 1);
  }

  shuffled<T>(all: readonly T[]): T[] {
    const order = [...all];
    for (let at = order.length - 1; at > 0; at--) {
      const other = this.below(at + 1);
      [order[at], order[other]] = [order[other] as T, order[at] as T];
    }
    return order;
  }
}
