import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/plan/plan.js";
import type { ScheduleRequest } from "../../src/plan/schedule.js";
import { scheduledInVain } from "../../src/result/schedule-record.js";

function planOf(schedule?: ScheduleRequest): Plan {
  const run = schedule === undefined ? {} : { schedule: { ...schedule, seed: 1 } };
  return { counted: { of: "crash" }, cells: [{ id: "glibc-2.36", run }] } as unknown as Plan;
}
const cell = (counted: number, attempts: number, alone = false) => [
  { id: "glibc-2.36", counted, attempts, alone },
];

describe("what a search of schedules did not find", () => {
  it("is told with how many there were, and of which rules", () => {
    expect(scheduledInVain(planOf({ rule: "search" }), cell(0, 4000))).toEqual([
      "no crash in 4,000 schedules over 9 rules on glibc-2.36",
    ]);
    expect(scheduledInVain(planOf({ rule: "preempt", depth: 2 }), cell(0, 10))).toEqual([
      "no crash in 10 schedules of at most 2 switches at instructions that other threads can see on glibc-2.36",
    ]);
  });

  it("of a program that never had a second thread, it is said that there was nothing to schedule", () => {
    const plan = planOf({ rule: "search" });
    expect(scheduledInVain(plan, cell(0, 50, true))).toEqual([
      "nothing to schedule on glibc-2.36: the program never had a second thread or process in 50 attempts; 'vivarium run' without --schedule counts how it ends by itself",
    ]);
    expect(scheduledInVain(plan, cell(1, 1, true))).toEqual([
      expect.stringContaining("so its crash is not a matter of their order"),
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
