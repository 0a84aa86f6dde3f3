import { describe, expect, test } from "vitest";
import { stopStatistics } from "../../src/campaign/stop-statistics.js";
import type { Plan } from "../../src/plan/plan.js";
import { decidedCells } from "../../src/run/stop.js";
import { logProbability } from "../../src/stats/binomial.js";
import { exactTest } from "../../src/stats/exact/boschloo.js";
import { clopperPearson } from "../../src/stats/interval/clopper-pearson.js";
import { compareCells } from "../../src/stats/compare.js";
import { confidenceSequence } from "../../src/stats/interval/confidence-sequence.js";
import { newcombe } from "../../src/stats/interval/newcombe.js";
import { rateOf } from "../../src/stats/rate.js";
import type { Interval } from "../../src/stats/tally.js";
import { sideOf } from "../../src/stats/until-decided.js";
import { margin, nextSuccess, seeded, successes } from "./random.js";

const holds = ({ low, high }: Interval, truth: number): boolean => low <= truth && truth <= high;

/** Share of `runs` for which `run` says true. */
function share(runs: number, run: () => boolean): number {
  let count = 0;
  for (let i = 0; i < runs; i++) if (run()) count++;
  return count / runs;
}

describe("coverage is at least what is claimed", () => {
  test.each([
    [0.005, 1000],
    [0.3, 40],
    [0.95, 60],
    [0.0002, 20_000],
  ])("Clopper-Pearson, rate %d, %d attempts", (p, attempts) => {
    const random = seeded(1);
    const known = new Map<number, Interval>();
    const runs = 4000;
    const covered = share(runs, () => {
      const counted = successes(random, attempts, p);
      if (!known.has(counted)) known.set(counted, clopperPearson({ counted, attempts }, 0.95));
      return holds(known.get(counted)!, p);
    });
    expect(covered).toBeGreaterThanOrEqual(0.95 - margin(0.95, runs));
  });

  test.each([
    [1 / 5000, 5, 1_000_000],
    [0.02, 3, 1_000],
    [0.02, 3, 120],
    [0.6, 10, 100],
  ])("inverse binomial, rate %d until %d are counted or %d are made", (p, crashes, cap) => {
    const random = seeded(2);
    const runs = 2000;
    const covered = share(runs, () => {
      let [at, counted] = [0, 0];
      while (counted < crashes) {
        const next = at + nextSuccess(random, p);
        if (next > cap) break;
        [at, counted] = [next, counted + 1];
      }
      const reached = counted === crashes;
      const rate = rateOf(
        {
          of: "crash",
          counted,
          attempts: reached ? at : cap,
          stop: { kind: "until-crashes", crashes, cap },
          complete: true,
          reachedAt: reached ? at : null,
        },
        0.95,
      );
      return holds(rate!, p);
    });
    expect(covered).toBeGreaterThanOrEqual(0.95 - margin(0.95, runs));
  });

  test.each([
    [0.5, 0.5, 30, 40],
    [0.02, 0.1, 200, 100],
    [0.9, 0.7, 60, 60],
  ])("Newcombe, rates %d and %d, %d and %d attempts, on average over nearby rates", (pa, pb, na, nb) => {
    // The score interval is right on average, not at every rate: Newcombe 1998 reports a mean of 0.952.
    const random = seeded(3);
    const runs = 8000;
    const covered = share(runs, () => {
      const [a, b] = [pa, pb].map((p) => Math.min(1, p * (0.9 + 0.2 * random())));
      const interval = newcombe(
        { counted: successes(random, na, a!), attempts: na },
        { counted: successes(random, nb, b!), attempts: nb },
        0.95,
      );
      return holds(interval, b! - a!);
    });
    expect(covered).toBeGreaterThanOrEqual(0.945 - margin(0.95, runs));
  });

  test.each([
    [0.5, 300],
    [0.03, 3_000],
    [0.001, 20_000],
  ])("confidence sequence, rate %d, looked at after each of %d attempts", (p, most) => {
    const random = seeded(4);
    const runs = 500;
    const wrong = share(runs, () => {
      // Its low end only ever rises at a success, its high end falls in between: looking before and after is enough.
      let [at, counted] = [0, 0];
      while (at < most) {
        const next = Math.min(most, at + nextSuccess(random, p));
        if (next - 1 > at && !holds(confidenceSequence({ counted, attempts: next - 1 }, 0.95), p))
          return true;
        [at, counted] = [next, counted + 1];
        if (!holds(confidenceSequence({ counted, attempts: at }, 0.95), p)) return true;
      }
      return false;
    });
    expect(wrong).toBeLessThanOrEqual(0.05);
  });
});

describe("--until-decided decides wrongly in at most 5 % of campaigns, looking after every block", () => {
  test.each([
    [0.01, 0.01],
    [0.01, 0.0098],
    [0.3, 0.31],
  ])("whether a rate of %d is above or below %d", (p, rate) => {
    const random = seeded(5);
    const wrong = share(2000, () => {
      const tally = { counted: 0, attempts: 0 };
      while (tally.attempts < 10_000) {
        tally.counted += successes(random, 50, p);
        tally.attempts += 50;
        const side = sideOf(tally, rate, 0.95);
        if (side !== null) return p === rate || (side === "above") !== p > rate;
      }
      return false;
    });
    expect(wrong).toBeLessThanOrEqual(0.05);
  });

  test.each([0.5, 0.02, 0.001, 1])("whether three environments that all crash at %d differ", (p) => {
    const random = seeded(6);
    const wrong = share(2000, () => campaign(random, [p, p, p], { block: 20, cap: 3000 }).length > 0);
    expect(wrong).toBeLessThanOrEqual(0.05);
  });

  test.each([
    [0, 1, 40],
    [0, 0.1, 400],
    [0.05, 0.15, 1200],
  ])("and tells %d from %d within %d attempts each, in 19 of 20 campaigns", (pa, pb, cap) => {
    const random = seeded(7);
    const found = share(400, () => campaign(random, [pa, pb], { block: 10, cap }).length === 2);
    expect(found).toBeGreaterThanOrEqual(0.95);
  });

  /** Runs a made-up campaign by the stop rule that `run` uses: the cells that were told from the first, and it if all were. */
  function campaign(
    random: () => number,
    rates: readonly number[],
    { block, cap }: { readonly block: number; readonly cap: number },
  ): readonly string[] {
    const cells = rates.map((p, i) => ({ id: `cell-${i}`, p, counted: 0, attempts: 0, ended: false }));
    const plan = {
      cells,
      confidence: 0.95,
      counted: { of: "crash" },
      comparison: { kind: "baseline", baseline: "cell-0" },
      stop: { kind: "until-decided", rate: null, cap },
    } as unknown as Plan;
    const statistics = stopStatistics(plan);
    const decided: string[] = [];
    for (let attempts = 0; attempts < cap && decided.length < cells.length; attempts += block) {
      for (const cell of cells.filter(({ ended }) => !ended)) {
        cell.counted += successes(random, block, cell.p);
        cell.attempts += block;
      }
      for (const id of decidedCells(plan, cells, statistics)) {
        decided.push(id);
        cells.find((cell) => cell.id === id)!.ended = true;
      }
    }
    return decided;
  }
});

describe("comparisons call environments with one rate different in at most 5 % of campaigns", () => {
  test.each([0.5, 0.1, 0.9])("four environments with a rate of %d and two signatures", (p) => {
    const random = seeded(8);
    const attempts = 12;
    const wrong = share(400, () => {
      const cells = ["a", "b", "c", "d"].map((id) => {
        const counted = successes(random, attempts, p);
        const first = successes(random, counted, 0.5);
        const signatures = [
          { id: "s1", title: "one", count: first },
          { id: "s2", title: "two", count: counted - first },
        ].filter(({ count }) => count > 0);
        return { id, counted, attempts, signatures };
      });
      const options = {
        of: "crash",
        pairs: { kind: "all-pairs" },
        confidence: 0.95,
        sampling: "fixed",
      } as const;
      return compareCells(cells, options).some(({ differs }) => differs);
    });
    expect(wrong).toBeLessThanOrEqual(0.05);
  });

  test.each([
    [8, 8],
    [20, 20],
    [5, 30],
  ])("exactly: over all tables of %d and %d attempts, at any common rate", (a, b) => {
    const rejected: (readonly [number, number])[] = [];
    for (let ka = 0; ka <= a; ka++) {
      for (let kb = 0; kb <= b; kb++) {
        if (exactTest({ counted: ka, attempts: a }, { counted: kb, attempts: b }) <= 0.05)
          rejected.push([ka, kb]);
      }
    }
    for (let p = 0.005; p < 1; p += 0.005) {
      const size = rejected.reduce(
        (sum, [ka, kb]) => sum + Math.exp(logProbability(ka, a, p) + logProbability(kb, b, p)),
        0,
      );
      expect(size).toBeLessThanOrEqual(0.05 + 1e-9);
    }
  });
});
