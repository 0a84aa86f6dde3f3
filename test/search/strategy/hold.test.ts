import { describe, expect, it } from "vitest";
import type { Hold } from "../../../src/plan/schedule.js";
import { findHold, type HoldAnswer, type HoldFinding } from "../../../src/search/strategy/hold.js";
import { findControls, judgeHold } from "../../../src/search/strategy/hold-verdict.js";
import { clopperPearson } from "../../../src/stats/interval/clopper-pearson.js";
import { Dice } from "./simulated.js";

const POINTS = 60;
const ATTEMPTS = 600;
const EACH = 40;
const BASE = 1 / 3000;

/** A program with a window of a few instructions: a hold there, at a pass that matters and long enough, brings the crash. */
interface World {
  readonly window: readonly number[];
  readonly passes: number;
  readonly pass: (pass: number) => boolean;
  readonly leastMs: number;
  readonly rate: number;
  /** What a hold anywhere else brings. */
  readonly elsewhere: number;
}

const name = (index: number): string => `/program+0x${(0x1000 + index).toString(16)}`;
const indexOf = ({ place }: Hold): number => Number.parseInt(place.split("+0x")[1] as string, 16) - 0x1000;

function crashes(world: World, hold: Hold, dice: Dice): boolean {
  const hits = world.window.includes(indexOf(hold)) && world.pass(hold.pass) && hold.ms >= world.leastMs;
  return dice.hit(hits ? world.rate : world.elsewhere);
}

/** A search that began with one crash: of a hold in the window, or (one in ten) of chance, with a hold anywhere. */
function search(world: World, seed: number): HoldFinding {
  const dice = new Dice(seed);
  const chance = dice.hit(0.1);
  const known = {
    place: name(chance ? dice.below(POINTS) : (world.window[dice.below(world.window.length)] as number)),
    pass: [1, 2, 3, 4, 5, 6, 7, 8, 9].find(world.pass) ?? 1,
    ms: 100,
  };
  const points = Array.from({ length: POINTS }, (_, index) => ({ place: name(index) }));
  return run(findHold({ points, known: [known], seed, attempts: ATTEMPTS }), (hold) => ({
    crashed: crashes(world, hold, dice),
    passes: world.passes,
  }));
}

function run<T>(search: Generator<Hold, T, HoldAnswer>, answer: (hold: Hold) => HoldAnswer): T {
  let step = search.next();
  while (step.done !== true) step = search.next(answer(step.value));
  return step.value;
}

function verdict(world: World, finding: HoldFinding, seed: number): { found: boolean; claimed: boolean } {
  const { best } = finding;
  if (best === null) return { found: false, claimed: false };
  const dice = new Dice(seed + 1e6);
  const tally = (hold: Hold) => ({
    counted: Array.from({ length: EACH }, () => crashes(world, hold, dice)).filter(Boolean).length,
    attempts: EACH,
  });
  const points = finding.points.map((point) => ({
    ...point,
    group: `f${Math.floor(indexOf({ ...best.hold, place: point.place }) / 20)}`,
  }));
  points.sort((a, b) => a.place.localeCompare(b.place));
  const answer = (hold: Hold) => ({ crashed: crashes(world, hold, dice), passes: world.passes });
  const controls = run(findControls(best.hold, points), answer).map((place) =>
    tally({ ...best.hold, place }),
  );
  const none = tally({ ...best.hold, place: "/none+0x0" });
  const { isPlace } = judgeHold(tally(best.hold), [...controls, none]);
  return { found: world.window.includes(indexOf(best.hold)), claimed: isPlace };
}

const RUNS = 300;
function share(world: World, of: (outcome: ReturnType<typeof verdict>) => boolean) {
  let counted = 0;
  for (let seed = 1; seed <= RUNS; seed++) counted += of(verdict(world, search(world, seed), seed)) ? 1 : 0;
  return { counted, ...clopperPearson({ counted, attempts: RUNS }, 0.95) };
}

describe("the search for a hold, in simulated programs", () => {
  it("finds a window that any pass opens, and its controls show that it is the place: in 95 % or more", () => {
    const world: World = {
      window: [20, 21, 22],
      passes: 300,
      pass: () => true,
      leastMs: 5,
      rate: 0.6,
      elsewhere: BASE,
    };
    const { low, counted } = share(world, ({ found, claimed }) => found && claimed);
    expect(low, `${counted} of ${RUNS}`).toBeGreaterThan(0.95);
  });

  it("finds a window of one instruction that one pass in ten opens, with a crash in one of three: in 80 % or more, where one in ten begins with a crash of chance", () => {
    const world: World = {
      window: [33],
      passes: 10,
      pass: (pass) => pass === 4,
      leastMs: 10,
      rate: 0.34,
      elsewhere: BASE,
    };
    const { low, counted } = share(world, ({ found, claimed }) => found && claimed);
    expect(low, `${counted} of ${RUNS}`).toBeGreaterThan(0.8);
  });

  it.each([0.05, 0.3, 1])(
    "never makes a place out of a crash that any delay brings in %d of attempts",
    (elsewhere) => {
      const world: World = { window: [], passes: 10, pass: () => true, leastMs: 1, rate: 0, elsewhere };
      const anyWhere = { ...world, window: [5], rate: elsewhere };
      const { high, counted } = share(anyWhere, ({ claimed }) => claimed);
      expect(high, `${counted} of ${RUNS}`).toBeLessThan(0.05);
    },
  );

  it("claims no wrong place where it claims one", () => {
    const world: World = {
      window: [7],
      passes: 5,
      pass: (pass) => pass === 2,
      leastMs: 20,
      rate: 0.5,
      elsewhere: BASE,
    };
    const { high, counted } = share(world, ({ found, claimed }) => claimed && !found);
    expect(high, `${counted} of ${RUNS}`).toBeLessThan(0.05);
  });
});

describe("the controls of a hold", () => {
  it("are the neighbours in its function that bring no crash, and places of other functions", () => {
    const points = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => ({
      place: name(index),
      group: index < 5 ? "reader" : "writer",
      crashes: index === 2 ? 5 : 0,
    }));
    const window = [name(2), name(3)];
    const found = run(findControls({ place: name(2), pass: 7, ms: 20 }, points), ({ place, pass }) => ({
      crashed: window.includes(place),
      passes: Math.min(pass, 3),
    }));
    expect(found).toEqual([name(1), name(4), name(5), name(6)]);
  });
});
