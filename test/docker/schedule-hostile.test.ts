import { beforeAll, describe, expect, it } from "vitest";
import { scheduleText, type ScheduleRequest } from "../../src/plan/schedule.js";
import { exitCode, termSignal, type Attempt } from "../../src/run/attempt.js";
import { readScheduleRecord } from "../../src/run/scheduled/schedule-record.js";
import { openEngine } from "./engines.js";
import { attemptsOf, openRunner } from "./open-runner.js";
import { runnerImage, testTask, type RunOptions } from "./runner-image.js";

const RULES: readonly ScheduleRequest[] = [{ rule: "random", mean: 40 }, { rule: "search" }];
const ATTEMPTS = 2;

let image: string;
beforeAll(async () => {
  image = await runnerImage(await openEngine());
});

async function make(
  program: string,
  schedule: ScheduleRequest,
  run: RunOptions = { timeoutMs: 20_000 },
): Promise<Attempt[]> {
  const runner = await openRunner({
    ...testTask(image, [`/scheduled/${program}`], { run }),
    schedule: scheduleText({ ...schedule, seed: 1 }),
  });
  return attemptsOf(runner.run(1, ATTEMPTS));
}

function endOf({ status, timedOut }: Attempt): string {
  if (timedOut) return "time-out";
  const signal = termSignal(status);
  return signal === null ? `exit ${exitCode(status)}` : `signal ${signal}`;
}

/** Each with a second thread that counts: so all of it is under control. */
describe.each(RULES)("a hostile program under $rule", (schedule) => {
  it.each([
    ["kills-others", "exit 5"],
    ["kills-itself", "signal 9"],
    ["killed-by-a-thread", "signal 11"],
    ["own-handlers", "exit 0"],
    ["ignores-trap", "exit 0"],
    ["odd-children", "exit 0"],
    ["becomes-another", "exit 42"],
    ["starts-another", "exit 42"],
    ["exec-storm", "exit 42"],
    ["borrowed-memory", "signal 9"],
    ["closes-everything", "exit 5"],
    ["first-leaves", "exit 5"],
    ["never-ends", "exit 5"],
    ["shut-in", "exit 5"],
    ["bare-thread", "exit 5"],
    ["alarms", "exit 5"],
    ["waits-in-time", "exit 5"],
    ["roused", "exit 5"],
  ])("%s: each attempt ends in %s", async (program, end) => {
    const made = await make(program, schedule);
    expect(made.map(endOf)).toEqual(Array(ATTEMPTS).fill(end));
  });
});

it.each(["forks-for-ever", "fork-bomb", "stops-itself", "waits-for-ever"])(
  "%s: each attempt ends at its time limit, and the next one is made",
  async (program) => {
    const made = await make(program, { rule: "random", mean: 40 }, { timeoutMs: 500 });
    expect(made.map(endOf)).toEqual(Array(ATTEMPTS).fill("time-out"));
  },
);

it.each([
  ["kills-others", "exit 5"],
  ["kills-itself", "signal 9"],
  ["own-handlers", "exit 0"],
  ["odd-children", "exit 0"],
  ["becomes-another", "exit 42"],
  ["starts-another", "exit 42"],
  ["exec-storm", "exit 42"],
  ["borrowed-memory", "signal 9"],
  ["closes-everything", "exit 5"],
  ["first-leaves", "exit 5"],
  ["never-ends", "exit 5"],
  ["stops-itself", "time-out"],
  ["waits-for-ever", "time-out"],
])("with a thread held, %s ends in %s", async (program, end) => {
  const made = await make(program, { rule: "hold" }, { timeoutMs: end === "time-out" ? 500 : 20_000 });
  expect(made.map(endOf)).toEqual(Array(ATTEMPTS).fill(end));
});

describe("what cannot be scheduled", () => {
  it.each([
    ["traces-itself", "it traces processes itself (ptrace)"],
    ["traces-its-child", "it traces processes itself (ptrace)"],
    ["untraced-child", "it starts a thread that may not be traced (CLONE_UNTRACED)"],
    ["becomes-32-bit", "it is a 32-bit program, and only x86-64 programs can be"],
  ])("%s: the reason is said", async (program, why) => {
    await expect(make(program, { rule: "random", mean: 40 })).rejects.toThrow(
      `it cannot be scheduled: ${why}`,
    );
  });
});

it("the last thread waits for a lock that another one held at its end: a deadlock, and who held it is said", async () => {
  const made = await make("left-locked", { rule: "preempt", depth: 1 });
  const records = made.map(({ schedule }) => readScheduleRecord(schedule ?? ""));
  expect(records.map((record) => record?.deadlock)).toEqual(Array(ATTEMPTS).fill(true));
  expect(records.map((record) => record?.waiters.map(({ thread, holder }) => [thread, holder]))).toEqual(
    Array(ATTEMPTS).fill([[0, 1]]),
  );
});
