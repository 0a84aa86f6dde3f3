import { expect, test } from "vitest";
import { longerRuns, runsToSee } from "../../../src/search/candidate/whole-campaign.js";
import type { EnvironmentRecord } from "../../../src/result/result.js";

function ran(attempts: number, estimate: number, median: number): EnvironmentRecord {
  return { attempts, rate: { estimate }, durations: { median, p95: median, max: median } } as never;
}

test("a campaign without a crash is worth more attempts, the more the shorter they are", () => {
  expect(longerRuns({ environments: [ran(25, 0, 1), ran(25, 0, 3)] })).toBe(1000);
  expect(longerRuns({ environments: [ran(25, 0, 200)] })).toBe(300);
  expect(longerRuns({ environments: [ran(25, 0, 20_000)] })).toBe(100);
});

test("one with a crash is not, nor one that was as long, nor one that could not run", () => {
  expect(longerRuns({ environments: [ran(25, 0.04, 1), ran(25, 0, 1)] })).toBeNull();
  expect(longerRuns({ environments: [ran(1000, 0, 1)] })).toBeNull();
  expect(longerRuns({ environments: [ran(0, 0, 1)] })).toBeNull();
});

test("a crash of one in twenty is missed in one of a thousand campaigns at most", () => {
  expect(0.95 ** runsToSee(0.05)).toBeLessThanOrEqual(0.001);
  expect(runsToSee(1)).toBe(1);
  expect(runsToSee(0)).toBe(1000);
});
