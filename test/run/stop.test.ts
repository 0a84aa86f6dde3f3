import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, test } from "vitest";
import type { Plan, StopRule } from "../../src/plan/plan.js";
import type { Clock } from "../../src/run/clock.js";
import { CellState } from "../../src/run/state/cell-state.js";
import { decidedCells, type Contender, type StopStatistics } from "../../src/run/stop.js";
import type { JudgedAttempt } from "../../src/run/state/tally.js";
import { logLikelihood, logMixture } from "../../src/stats/interval/confidence-sequence.js";
import { anytimePValue } from "../../src/stats/e-process.js";
import { inverseBinomial, inverseEstimate } from "../../src/stats/interval/inverse-binomial.js";
import { DrawnExecutor, hastyClock, noStatistics } from "./drawn-executor.js";
import { emptyStore, run } from "./campaign-room.js";
import { planOf } from "./plans.js";

const CONFIDENCE = 0.95;
const statistics: StopStatistics = {
  ...noStatistics,
  // The confidence sequence excludes a rate where its evidence against it exceeds 1 / alpha.
  excludes: (rate, standing) =>
    logMixture(standing) - logLikelihood(standing, rate) > -Math.log1p(-CONFIDENCE),
  differ: (a, b) => anytimePValue(a, b) <= 1 - CONFIDENCE,
};

const contender = (id: string, counted: number, attempts: number, ended = false): Contender => ({
  id,
  counted,
  attempts,
  ended,
});

function decided(plan: Pick<Plan, "stop" | "comparison">, cells: readonly Contender[]): string[] {
  return decidedCells(plan, cells, statistics).sort();
}

describe("until-decided", () => {
  const toBaseline = { kind: "baseline" as const, baseline: "base" };
  const among = { kind: "until-decided" as const, rate: null, cap: 1000 };

  test("against a rate, each cell decides alone", () => {
    const stop = { kind: "until-decided" as const, rate: 0.1, cap: 1000 };
    const cells = [
      contender("a", 50, 100),
      contender("b", 10, 100),
      contender("c", 0, 100),
      contender("d", 0, 0),
    ];
    expect(decided({ stop, comparison: toBaseline }, cells)).toEqual(["a", "c"]);
  });

  test("against the baseline, which goes on while any other does", () => {
    const base = contender("base", 0, 100);
    const far = contender("far", 50, 100);
    const near = contender("near", 1, 100);
    expect(decided({ stop: among, comparison: toBaseline }, [base, far, near])).toEqual(["far"]);
    expect(decided({ stop: among, comparison: toBaseline }, [base, { ...far, ended: true }, near])).toEqual(
      [],
    );
    expect(decided({ stop: among, comparison: toBaseline }, [base, far])).toEqual(["base", "far"]);
    expect(decided({ stop: among, comparison: toBaseline }, [base, { ...near, ended: true }])).toEqual([
      "base",
    ]);
    expect(decided({ stop: among, comparison: toBaseline }, [base, contender("new", 0, 0)])).toEqual([]);
    expect(decided({ stop: among, comparison: toBaseline }, [base])).toEqual([]);
  });

  test("with as many attempts of each as were asked for, and not before", () => {
    const stop = { ...among, least: 50 };
    const base = contender("base", 100, 100);
    expect(decided({ stop: among, comparison: toBaseline }, [base, contender("slow", 0, 2)])).toEqual([
      "base",
      "slow",
    ]);
    expect(decided({ stop, comparison: toBaseline }, [base, contender("slow", 0, 2)])).toEqual([]);
    expect(decided({ stop, comparison: toBaseline }, [base, contender("slow", 0, 50)])).toEqual([
      "base",
      "slow",
    ]);
    const few = contender("base", 2, 2);
    expect(decided({ stop, comparison: toBaseline }, [few, contender("fast", 0, 50)])).toEqual(["fast"]);
    expect(decided({ stop, comparison: toBaseline }, [few, contender("fast", 0, 50, true)])).toEqual([]);
  });

  test("for all pairs, a cell goes on until it is told from every other", () => {
    const comparison = { kind: "all-pairs" as const };
    const cells = [contender("a", 0, 100), contender("b", 1, 100), contender("c", 90, 100)];
    expect(decided({ stop: among, comparison }, cells)).toEqual(["c"]);
    expect(decided({ stop: among, comparison }, [contender("a", 0, 100)])).toEqual([]);
  });

  test("ends a campaign when it is decided, and resuming it does not decide anew", async () => {
    const store = await emptyStore();
    const plan = planOf({
      cells: ["base", "same", "other"],
      stop: { ...among, cap: 300 },
      comparison: toBaseline,
    });
    const rate = (cell: string): number => (cell === "other" ? 0.9 : 0.1);
    const { id, outcome } = await run(store, plan, new DrawnExecutor({ rate }), { statistics });
    expect(outcome.complete).toBe(true);
    const [base, same, other] = outcome.cells;
    expect(other?.ending).toBe("decided");
    expect(other?.attempts).toBeLessThan(100);
    expect([base?.ending, same?.ending]).toEqual(["limit", "limit"]);
    expect([base?.attempts, same?.attempts]).toEqual([300, 300]);

    const idle = new DrawnExecutor({ rate });
    const again = await run(store, plan, idle, { statistics: noStatistics, resume: id });
    expect(idle.opened).toBe(0);
    expect(again.outcome.cells.map(({ attempts, ending }) => [attempts, ending])).toEqual(
      outcome.cells.map(({ attempts, ending }) => [attempts, ending]),
    );
  });

  test("excludes the true rate in at most 5 of 100 campaigns, looking after every attempt", () => {
    const random = xoroshiro128plus(20261124);
    for (const rate of [0.02, 0.3]) {
      const stop: StopRule = { kind: "until-decided", rate, cap: 400 };
      let wrong = 0;
      const campaigns = 2000;
      for (let campaign = 0; campaign < campaigns; campaign++) {
        const standing = { id: "a", counted: 0, attempts: 0, ended: false };
        while (standing.attempts < stop.cap) {
          standing.attempts++;
          if (uniformFloat64(random) < rate) standing.counted++;
          if (decided({ stop, comparison: toBaseline }, [standing]).length === 0) continue;
          wrong++;
          break;
        }
      }
      expect(wrong / campaigns).toBeLessThanOrEqual(1 - CONFIDENCE);
      expect(wrong).toBeGreaterThan(0);
    }
  });
});

describe("until-crashes", () => {
  function attempt(number: number, counted: boolean): JudgedAttempt {
    const times = { startMs: 0, durationMs: 1, userMs: 0, systemMs: 0 };
    const rest = { maxRssKiB: 0, timedOut: false, leftovers: 0, bytesOut: 0, bytesErr: 0, output: null };
    return {
      attempt: { number, status: counted ? 11 : 0, ...times, ...rest },
      verdict: { key: counted ? "c" : "n", outcome: counted ? "crash" : "clean", counted },
    };
  }

  /** Two workers; a crash takes one unit of time, a clean attempt ten. Attempts reach the state as they end. */
  function campaign(
    stop: StopRule,
    crashes: (number: number) => boolean,
  ): { byNumber: CellState; byEnd: CellState } {
    const byNumber = new CellState(stop);
    const byEnd = new CellState(stop);
    let ended = 0;
    let given = 0;
    const workers = [0, 0].map(() => ({ at: 0, number: ++given }));
    while (byNumber.ending === null) {
      const next = workers.reduce((a, b) => (ends(b) < ends(a) ? b : a));
      const counted = crashes(next.number);
      byNumber.add(attempt(next.number, counted));
      if (byEnd.ending === null) byEnd.add(attempt(++ended, counted));
      next.at = ends(next);
      next.number = ++given;
    }
    return { byNumber, byEnd };
    function ends({ at, number }: { at: number; number: number }): number {
      return at + (crashes(number) ? 1 : 10);
    }
  }

  test("is right with parallel workers and crashes that end sooner: the estimate unbiased, its interval true", () => {
    const random = xoroshiro128plus(13470);
    const rate = 0.2;
    const stop: StopRule = { kind: "until-crashes", crashes: 4, cap: 10_000 };
    let sum = 0;
    let sumByEnd = 0;
    let held = 0;
    const campaigns = 4000;
    for (let each = 0; each < campaigns; each++) {
      const drawn: boolean[] = [];
      const { byNumber, byEnd } = campaign(
        stop,
        (number) => (drawn[number] ??= uniformFloat64(random) < rate),
      );
      const standing = { counted: byNumber.tally.counted, attempts: byNumber.tally.attempts };
      sum += inverseEstimate(standing);
      sumByEnd += inverseEstimate({ counted: byEnd.tally.counted, attempts: byEnd.tally.attempts });
      const { low, high } = inverseBinomial(standing, CONFIDENCE);
      if (low <= rate && rate <= high) held++;
    }
    // The estimate's standard deviation is below 0.13, that of the mean of 4000 below 0.0021.
    expect(Math.abs(sum / campaigns - rate)).toBeLessThan(0.0075);
    expect(held / campaigns).toBeGreaterThan(0.94);
    // What the order of numbers is for: in the order of their end, the same attempts overstate the rate.
    expect(sumByEnd / campaigns - rate).toBeGreaterThan(0.015);
  });

  test("with parallel workers stops at the K-th crash by number, and says what it leaves out", async () => {
    const plan = planOf({
      cells: ["a", "b"],
      stop: { kind: "until-crashes", crashes: 6, cap: 2000 },
      parallel: 4,
      block: 8,
    });
    const rate = (cell: string): number => (cell === "a" ? 0.05 : 0);
    const executor = new DrawnExecutor({
      rate,
      turns: (_cell, number, crashed) => (crashed ? 0 : 1 + (number % 3)),
      loses: (_cell, number, time) => number % 50 === 9 && time === 1,
    });
    const { outcome, events } = await run(await emptyStore(), plan, executor);
    const [a, b] = outcome.cells;
    const crashed = Array.from({ length: 2000 }, (_, index) => index + 1).filter((n) =>
      executor.crashes("a", n),
    );
    expect(a).toMatchObject({ ending: "reached", attempts: crashed[5], counted: 6 });
    expect(a?.excluded).toBe((executor.made.get("a")?.length ?? 0) - (crashed[5] as number));
    expect(b).toMatchObject({ ending: "limit", attempts: 2000, counted: 0, excluded: 0 });
    const told = events.filter((event) => event.kind === "note" && event.text.includes("beyond the one"));
    expect(told).toHaveLength(a!.excluded > 0 ? 1 : 0);
  });
});

describe("for a time", () => {
  test("counts what started in it, lets the running attempt end, and goes on with what is left of it", async () => {
    const store = await emptyStore();
    const plan = planOf({ stop: { kind: "for", durationMs: 1000 }, parallel: 1, block: 50 });
    const first = new DrawnExecutor({ paced: true, durationMs: 7, batch: 1 });
    const interruption = new AbortController();
    const { id, outcome: partial } = await run(store, plan, first, {
      clock: first.clock,
      signal: interruption.signal,
      progress: () => undefined,
      judge: (_cell, { number }) => {
        if (number === 60) interruption.abort();
        return { key: "clean", outcome: "clean", counted: false };
      },
    });
    expect(partial.cells[0]).toMatchObject({ attempts: 60, ending: null });
    const second = new DrawnExecutor({ paced: true, durationMs: 7, batch: 1 });
    const { outcome } = await run(store, plan, second, { clock: second.clock, resume: id });
    // 143 attempts of 7 ms start before 1000 ms are over, the last one at 994 ms.
    expect(outcome.cells[0]).toMatchObject({ attempts: 143, ending: "time", excluded: 0 });
    expect(outcome.complete).toBe(true);
    expect(second.openSlots).toBe(0);
  });

  test("does not wait for an attempt that hangs longer than any may", async () => {
    let nowMs = 0;
    const leaping: Clock = {
      ...hastyClock,
      now: () => nowMs,
      sleep: async (ms, signal) => {
        for (let turn = 0; turn < 50; turn++) await hastyClock.sleep(0, signal);
        if (!signal.aborted) nowMs += ms;
      },
    };
    const plan = planOf({ stop: { kind: "for", durationMs: 1000 }, parallel: 2, block: 5 });
    const executor = new DrawnExecutor({
      batch: 1,
      turns: (_cell, number) => (number % 5 === 3 ? Infinity : 0),
    });
    const { outcome } = await run(await emptyStore(), plan, executor, { clock: leaping });
    // Two workers: 1, 2 and 6, 7; 3 and 8 hang. The limit of an attempt is 1 s, and 5 s of grace.
    expect(outcome.cells[0]).toMatchObject({ attempts: 4, ending: "time", infra: 0 });
    expect(nowMs).toBe(7000);
    expect(executor.openSlots).toBe(0);
  });
});
