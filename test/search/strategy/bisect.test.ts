import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bisect } from "../../../src/search/strategy/bisect/bisect.js";
import { History, line } from "../../../src/search/strategy/bisect/history.js";
import type { BisectAsk, BisectAnswer } from "../../../src/search/strategy/bisect/questions.js";
import { answer, commits, Dice, options, simulate } from "./simulated.js";
import { ROWS, simulateRow } from "./simulation-table.js";

describe("a history", () => {
  it("has in each point the changes of all of its ancestors, and no others", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.integer(), (count, seed) => {
        const nodes = commits("graph", count, new Dice(seed));
        const history = new History(nodes);
        const parents = new Map(nodes.map(({ id, parents }) => [id, parents]));
        const ancestors = (id: string): Set<string> => {
          const found = new Set<string>();
          const walk = (each: string): void => {
            if (found.has(each) || !parents.has(each)) return;
            found.add(each);
            for (const parent of parents.get(each) ?? []) walk(parent);
          };
          walk(id);
          return found;
        };
        for (const [point, id] of history.points.entries()) {
          const own = ancestors(id);
          expect(history.holds.count(point)).toBe(own.size);
          for (const [change, name] of history.changes.entries()) {
            expect(history.holds.has(point, change)).toBe(own.has(name));
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});

// At full size in test/full/bisect-simulation.test.ts.
describe("simulated bisections", () => {
  const small = ROWS.filter(({ commits: n, bad }) => n <= 128 && bad > 0.02);
  it.each(small.map((row) => [JSON.stringify(row), row] as const))("name the right change: %s", (_, row) => {
    const { ours } = simulateRow(row, 40, 0);
    expect(ours.wrong).toBe(0);
    expect(ours.undecided).toBeLessThanOrEqual(4);
    const best = Math.log2(row.commits);
    expect(ours.builds).toBeLessThan(row.broken === undefined ? best + 1 : 1.6 * best);
  });
});

/** Carries a bisection out with answers from counts: of each point, how many of a hundred attempts are counted. */
function withRates(history: History, rates: Readonly<Record<string, number>>, seed = 1) {
  const dice = new Dice(seed);
  const strategy = bisect({
    ...options(history, 0),
    newEnd: history.changes.at(-1) as string,
    oldEnd: history.points.at(-1) as string,
  });
  let state = strategy.initial;
  for (;;) {
    const step = strategy.next(state, []);
    if (step.kind === "done") return { finding: step.finding, state };
    const ask = step.asks[0] as BisectAsk;
    const made = (point: string, attempts: number, until?: number) => {
      const { attempts: n, counted } = dice.attempts(rates[point] ?? 0, attempts, until);
      return {
        attempts: n,
        ms: n,
        ends: [{ key: "crash", outcome: "crash" as const, counted: true, count: counted }],
      };
    };
    const reply: BisectAnswer =
      ask.kind === "confirm"
        ? { kind: "confirmed", made: ask.points.map((point) => made(point, ask.attempts)) }
        : {
            kind: "tried",
            // One program everywhere, as a dynamic one is on the commits of its libc.
            build: { ok: true, ms: 200, cached: false, sha256: "p", runs: `p on ${ask.point}` },
            made: made(ask.point, ask.attempts, ask.until),
          };
    state = strategy.take(state, ask, reply);
  }
}

/** A bisection between v0 and v20 that is told what it did not ask for. */
class ToldBisection {
  private readonly strategy;
  state;

  /** `ms`: what each build takes, and a hundred attempts. */
  constructor(
    history: History,
    private readonly ms = { build: 200, attempts: 100 },
  ) {
    this.strategy = bisect({ ...options(history, 0), newEnd: "v20", oldEnd: "v0" });
    this.state = this.strategy.initial;
  }

  /** Of a hundred attempts of a point so many crashed in each of these ways. */
  tell(point: string, counts: Readonly<Record<string, number>>): void {
    const ends = Object.entries(counts).map(([key, count]) => ({
      key,
      outcome: "crash" as const,
      counted: true,
      count,
    }));
    const ask = { kind: "try" as const, point, attempts: 100, until: 101, keys: null };
    const build = { ok: true as const, ms: this.ms.build, cached: false, sha256: point };
    const made = { attempts: 100, ms: this.ms.attempts, ends };
    this.state = this.strategy.take(this.state, ask, { kind: "tried", build, made });
  }

  next() {
    return this.strategy.next(this.state, []);
  }

  get standing(): string {
    return this.strategy.standing(this.state);
  }
}

describe("a bisection", () => {
  const ids = Array.from({ length: 21 }, (_, i) => `v${i}`);
  const history = line(ids);

  it("ends with a bound where the ends do not differ", () => {
    expect(withRates(history, {}).finding).toEqual({ kind: "alike", pValue: null });
    const same = Object.fromEntries(ids.map((id) => [id, 0.2]));
    const { finding, state } = withRates(history, same);
    expect(finding.kind).toBe("alike");
    expect(state.attempts).toBeGreaterThan(1000);
  });

  it("counts what tells the ends apart, and no crash that both of them have", () => {
    const told = new ToldBisection(history);
    told.tell("v20", { SIGSEGV: 18, SIGABRT: 8, SIGBUS: 2 });
    expect(told.standing).toMatch(/^measuring both ends, .*; so far 0 of 0 and 28 of 100$/);
    told.tell("v0", { SIGABRT: 4 });
    expect(told.next().kind).toBe("ask");
    expect(told.state.keys).toEqual(["SIGSEGV", "SIGBUS"]);
  });

  it("tells how many changes are left, the likeliest, and how long it may take", () => {
    const told = new ToldBisection(history, { build: 3000, attempts: 1000 });
    const tell = (point: string, crash: number): void => {
      told.tell(point, { crash });
      told.next();
    };
    tell("v20", 50);
    tell("v0", 0);
    expect(told.standing).toMatch(/^2 tried; likeliest of 20 v\d+ \(5 %\)$/);
    tell("v10", 0);
    // Of ten that are alike: 3.3 bits, of 4 s each, and the confirmation.
    expect(told.standing).toMatch(/^3 tried; likeliest of 10 v\d+ \(10 %\); about 1[34] s left$/);
  });

  it("says that no one change explains a history that goes there and back", () => {
    const told = new ToldBisection(history);
    told.tell("v20", { crash: 100 });
    told.tell("v0", { crash: 0 });
    expect(told.next().kind).toBe("ask");
    told.tell("v5", { crash: 100 });
    expect(told.next().kind).toBe("ask");
    told.tell("v10", { crash: 0 });
    expect(told.next()).toEqual({
      kind: "done",
      finding: { kind: "misfit", with: ["v5", "v20"], without: ["v10", "v0"] },
    });
  });

  it("finds where a rate changes, though both ends crash", () => {
    const rates = Object.fromEntries(ids.map((id, i) => [id, i >= 13 ? 0.3 : 0.02]));
    expect(withRates(history, rates).finding).toMatchObject({ kind: "found", changes: ["v13"] });
  });

  it("finds the commit of a libc though one program runs on all of them", () => {
    const all = line(Array.from({ length: 90 }, (_, i) => `v${i}`));
    for (const culprit of [13, 37, 65, 85]) {
      const rates = Object.fromEntries(
        all.points.map((id) => [id, Number(id.slice(1)) >= culprit ? 0.3 : 0]),
      );
      const { finding, state } = withRates(all, rates);
      expect(finding).toMatchObject({ kind: "found", changes: [`v${culprit}`] });
      expect(state.builds).toBeLessThanOrEqual(9);
    }
  });

  it("takes points with one program for one", () => {
    const world = { history, culprit: "v13", bad: 1, good: 0, broken: new Set<string>(), dice: new Dice(3) };
    const strategy = bisect({ ...options(history, 0), newEnd: "v20", oldEnd: "v0" });
    let state = strategy.initial;
    let asked = 0;
    for (;;) {
      const step = strategy.next(state, []);
      if (step.kind === "done") {
        expect(step.finding).toMatchObject({ kind: "found", changes: ["v13"] });
        break;
      }
      const ask = step.asks[0] as BisectAsk;
      const reply = answer(world, ask);
      // Only v13 changes the program.
      const number = ask.kind === "try" ? Number(ask.point.slice(1)) : 0;
      const same =
        reply.kind === "tried" && reply.build.ok
          ? { ...reply, build: { ...reply.build, runs: number >= 13 ? "new" : "old" } }
          : reply;
      state = strategy.take(state, ask, same);
      if (++asked > 60) throw new Error("it does not end");
    }
    expect(state.builds).toBeLessThan(9);
  });

  it("names two changes where what lies between cannot be built", () => {
    const world = {
      history,
      culprit: "v13",
      bad: 1,
      good: 0,
      broken: new Set(["v13", "v14"]),
      dice: new Dice(5),
    };
    const { finding } = simulate(world, { ...options(history, 0), newEnd: "v20", oldEnd: "v0" });
    expect(finding).toMatchObject({ kind: "found", changes: ["v13", "v14", "v15"] });
  });

  it("makes the same of the same answers", () => {
    const world = (): Parameters<typeof simulate>[0] => ({
      history,
      culprit: "v7",
      bad: 0.3,
      good: 0.01,
      broken: new Set(),
      dice: new Dice(9),
    });
    const settings = { ...options(history, 0), newEnd: "v20", oldEnd: "v0" };
    expect(simulate(world(), settings)).toEqual(simulate(world(), settings));
  });
});

describe("what builds the commits is broken", () => {
  const history = (count: number) => line(Array.from({ length: count }, (_, i) => `c${i}`));
  /** Both ends can be built; of what is between them nothing can, and says so by `why`. */
  const carryOut = (why: (point: string) => string) => {
    const all = history(65);
    const strategy = bisect({ ...options(all, 0), newEnd: "c64", oldEnd: "c0" });
    let state = strategy.initial;
    for (let asked = 0; asked < 200; asked++) {
      const step = strategy.next(state, []);
      if (step.kind === "done") return { finding: step.finding, asked };
      const ask = step.asks[0] as BisectAsk;
      if (ask.kind !== "try") return { finding: null, asked };
      const isEnd = ask.point === "c64" || ask.point === "c0";
      const count = ask.point === "c64" ? ask.attempts : 0;
      const answered: BisectAnswer = isEnd
        ? {
            kind: "tried",
            build: { ok: true, ms: 1, cached: false, sha256: ask.point },
            made: {
              attempts: ask.attempts,
              ends: [
                { key: "crash", outcome: "crash", counted: true, count },
                { key: "clean", outcome: "clean", counted: false, count: ask.attempts - count },
              ],
              ms: 1,
            },
          }
        : { kind: "tried", build: { ok: false, ms: 1, why: why(ask.point) }, made: null };
      state = strategy.take(state, ask, answered);
    }
    throw new Error("it did not end");
  };

  it("ends after a few that fail in the same way, and says how", () => {
    const { finding, asked } = carryOut(
      (point) => `${point}: it does not build\nmake: no rule for obj/lib.a`,
    );
    expect(finding).toMatchObject({
      kind: "undecided",
      why: "the 8 points that were tried between the ends all fail to build in the same way: make: no rule for obj/lib.a",
    });
    expect(asked).toBeLessThan(14);
  });

  it("goes on where they fail in different ways", () => {
    const { finding, asked } = carryOut((point) => `error in ${point}.c`);
    expect(finding).toBeNull();
    expect(asked).toBeGreaterThan(30);
  });
});
