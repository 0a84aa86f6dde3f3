import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/plan/plan.js";
import type { ScheduleRequest } from "../../src/plan/schedule.js";
import { scheduledInVain } from "../../src/result/schedule-record.js";

function planOf(schedule?: ScheduleRequest): Plan {
  const run = schedule === undefined ? {} : { schedule: { ...schedule, seed: 1 } };
  return { counted: { of: "crash" }, cells: [{ id: "glibc-2.36", run }] } as unknown as Plan;
}
const cell = (counted: number, attempts: number) => [{ id: "glibc-2.36", counted, attempts }];

describe("what a search of schedules did not find", () => {
  it("is told with how many there were, and of which rules", () => {
    expect(scheduledInVain(planOf({ rule: "search" }), cell(0, 4000))).toEqual([
      "no crash in 4,000 schedules over 9 rules on glibc-2.36",
    ]);
    expect(scheduledInVain(planOf({ rule: "preempt", depth: 2 }), cell(0, 10))).toEqual([
      "no crash in 10 schedules of at most 2 switches at instructions that other threads can see on glibc-2.36",
    ]);
  });

  it.each([
    ["a crash was found", planOf({ rule: "search" }), cell(1, 4000)],
    ["nothing was tried", planOf({ rule: "search" }), cell(0, 0)],
    ["a list was played", planOf({ rule: "play", switches: [] }), cell(0, 100)],
    ["the kernel chose", planOf(), cell(0, 100)],
  ])("is not told where %s", (_, plan, cells) => {
    expect(scheduledInVain(plan, cells)).toEqual([]);
  });
});
