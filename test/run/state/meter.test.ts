import { describe, expect, test } from "vitest";
import { leftMs, Meter } from "../../../src/run/state/meter.js";
import { noStatistics } from "../drawn-executor.js";

describe("progress of a cell", () => {
  const meter = (atMs = 0, attempts = 0): Meter =>
    new Meter("glibc-2.36", { kind: "runs", runs: 10_000 }, noStatistics, atMs, attempts);

  test("says how many, of how many, how fast and how long still", () => {
    expect(meter().event({ attempts: 500, counted: 5 }, 1000)).toEqual({
      kind: "attempts",
      cell: "glibc-2.36",
      done: 500,
      of: 10_000,
      counted: 5,
      low: 0,
      high: 8 / 500,
      perSecond: 500,
      leftMs: 19_000,
      leftAtMost: false,
    });
  });

  test("of no attempt, nothing is known", () => {
    expect(meter().event({ attempts: 0, counted: 0 }, 0)).toMatchObject({
      low: 0,
      high: 1,
      perSecond: 0,
      leftMs: null,
    });
  });

  test("the pace is that of the last ten seconds", () => {
    const seen = meter();
    let last;
    for (let second = 1; second <= 60; second++) {
      const attempts = second <= 30 ? second * 1000 : 30_000 + (second - 30) * 10;
      last = seen.event({ attempts, counted: 0 }, second * 1000);
    }
    expect(last).toMatchObject({ perSecond: 10 });
  });

  test("until a first crash, the time to its cap is the most that it takes", () => {
    const seen = new Meter("a", { kind: "until-crashes", crashes: 1, cap: 1000 }, noStatistics, 0, 0);
    expect(seen.event({ attempts: 100, counted: 0 }, 1000)).toMatchObject({ leftMs: 9000, leftAtMost: true });
    expect(seen.event({ attempts: 200, counted: 1 }, 2000)).toMatchObject({ leftMs: 0, leftAtMost: false });
    expect(meter().event({ attempts: 100, counted: 0 }, 1000)).toMatchObject({ leftAtMost: false });
  });

  test("a resumed campaign's pace is this session's", () => {
    expect(meter(60_000, 5000).event({ attempts: 5100, counted: 0 }, 61_000)).toMatchObject({
      perSecond: 100,
    });
  });
});

describe("the time that is left", () => {
  const standing = { attempts: 1000, counted: 2 };
  test("is what the stop rule wants still, at this pace", () => {
    expect(leftMs({ kind: "runs", runs: 3000 }, standing, 100, 10_000)).toBe(20_000);
    expect(leftMs({ kind: "for", durationMs: 60_000 }, standing, 100, 10_000)).toBe(50_000);
    const within = { kind: "until-crashes", crashes: 5, cap: 100_000, withinMs: 20_000 } as const;
    expect(leftMs(within, standing, 100, 10_000)).toBe(10_000);
    expect(leftMs(within, standing, 0, 10_000)).toBe(10_000);
    expect(leftMs({ kind: "for", durationMs: 60_000 }, standing, 0, 70_000)).toBe(0);
    // 2 of 1000: three more take 1500.
    expect(leftMs({ kind: "until-crashes", crashes: 5, cap: 100_000 }, standing, 100, 10_000)).toBe(15_000);
    expect(leftMs({ kind: "until-crashes", crashes: 5, cap: 1200 }, standing, 100, 10_000)).toBe(2000);
    expect(
      leftMs({ kind: "until-crashes", crashes: 5, cap: 1200 }, { attempts: 1000, counted: 0 }, 100, 0),
    ).toBe(2000);
  });

  test("is not told where it cannot be", () => {
    expect(leftMs({ kind: "until-decided", rate: 0.1, cap: 9000 }, standing, 100, 10_000)).toBeNull();
    expect(leftMs({ kind: "runs", runs: 3000 }, standing, 0, 10_000)).toBeNull();
  });
});
