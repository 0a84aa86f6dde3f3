import { expect, test } from "vitest";
import type { Cell } from "../../../src/plan/plan.js";
import type { Result } from "../../../src/result/result.js";
import { searchTimeLimit } from "../../../src/search/reduce/time-limit.js";

const PLACES = { crashes: "musl", clean: ["glibc"] };
const CELL = { run: { timeoutMs: 60_000 } } as Cell;

type Durations = Result["environments"][number]["durations"];

function result(of: string, musl: Durations, glibc: Durations): Pick<Result, "environments"> {
  const environment = (id: string, durations: Durations, timeout: number) => ({
    id,
    durations,
    outcomes: { timeout },
    rate: { of },
  });
  return {
    environments: [environment("musl", musl, of === "timeout" ? 5 : 0), environment("glibc", glibc, 0)],
  } as unknown as Result;
}

const fast = { median: 3, p95: 4, max: 5 };

test("one slow attempt makes a hang cost little more", () => {
  expect(searchTimeLimit(result("crash", { ...fast, max: 400 }, fast), PLACES, CELL)).toBe(2000);
  expect(searchTimeLimit(result("crash", { ...fast, max: 1400 }, fast), PLACES, CELL)).toBe(2800);
});

test("a crash that is rare and takes long is waited for", () => {
  const seldom = { median: 1, p95: 2, max: 8000 };
  expect(searchTimeLimit(result("crash", seldom, fast), PLACES, CELL)).toBe(16_000);
});

test("what takes long as a rule has many times that, up to the repro's own limit", () => {
  expect(searchTimeLimit(result("crash", { median: 200, p95: 210, max: 220 }, fast), PLACES, CELL)).toBe(
    5000,
  );
  expect(
    searchTimeLimit(result("crash", { median: 4000, p95: 4000, max: 4000 }, fast), PLACES, CELL),
  ).toBeNull();
});

test("a hang that is the bug is told from what ends by what the clean environment takes", () => {
  const hangs = { median: 60_000, p95: 60_000, max: 60_000 };
  expect(searchTimeLimit(result("timeout", hangs, fast), PLACES, CELL)).toBe(600);
  expect(searchTimeLimit(result("timeout", hangs, { median: 100, p95: 110, max: 500 }), PLACES, CELL)).toBe(
    2500,
  );
  expect(searchTimeLimit(result("timeout", hangs, fast), { ...PLACES, clean: [] }, CELL)).toBeNull();
});
