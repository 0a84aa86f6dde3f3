import { beforeAll, describe, expect, it } from "vitest";
import {
  NO_HOLD,
  scheduleText,
  type Hold,
  type ScheduleRequest,
  type Switch,
} from "../../src/plan/schedule.js";
import { termSignal, type Attempt } from "../../src/run/attempt.js";
import type { Runner } from "../../src/run/runner/runner.js";
import { readScheduleRecord, type ScheduleRecord } from "../../src/run/scheduled/schedule-record.js";
import { smallest } from "../../src/run/scheduled/smallest.js";
import { openEngine } from "./engines.js";
import { attemptsOf, openRunner } from "./open-runner.js";
import { runnerImage, testTask } from "./runner-image.js";

const SIGSEGV = 11;
const SIGABRT = 6;
const SEED = 1;

let image: string;
beforeAll(async () => {
  image = await runnerImage(await openEngine());
});

function open(program: string, schedule: ScheduleRequest): Promise<Runner> {
  return openRunner({
    ...testTask(image, [`/scheduled/${program}`], { run: { timeoutMs: 60_000 } }),
    schedule: scheduleText({ ...schedule, seed: SEED }),
  });
}

function make(runner: Runner, first: number, count: number): Promise<Attempt[]> {
  return attemptsOf(runner.run(first, count));
}

function recordOf({ schedule }: Attempt): ScheduleRecord {
  return readScheduleRecord(schedule as string) as ScheduleRecord;
}

describe("under the scheduler", () => {
  it("a race that is never seen by itself crashes, and its list of switches brings the same crash every time", async () => {
    const runner = await open("name-is-freed", { rule: "random", mean: 40 });
    let crash: Attempt | undefined;
    for (let first = 1; crash === undefined && first <= 400; first += 20) {
      const made = await make(runner, first, 20);
      crash = made.find(({ status }) => termSignal(status) === SIGSEGV);
    }
    const found = recordOf(crash as Attempt);
    expect(found.fault?.signal).toBe(SIGSEGV);
    await runner.schedule(scheduleText({ rule: "play", seed: 0, switches: [...found.switches] }));
    const again = await make(runner, 1000, 10);
    expect(again.map(({ status }) => termSignal(status))).toEqual(Array(10).fill(SIGSEGV));
    expect(new Set(again.map((each) => recordOf(each).fault?.place))).toEqual(new Set([found.fault?.place]));
  });

  it.each(["slept-too-short", "gave-up-waiting"])(
    "%s, a race that needs the end of a sleep or a time limit, is found, made small, and played every time",
    async (program) => {
      const runner = await open(program, { rule: "search" });
      let crash: Attempt | undefined;
      for (let first = 1; crash === undefined && first <= 400; first += 20)
        crash = (await make(runner, first, 20)).find(({ status }) => termSignal(status) === SIGSEGV);
      const crashes = async (switches: readonly Switch[], times: number): Promise<number> => {
        await runner.schedule(scheduleText({ rule: "play", seed: 0, switches: [...switches] }));
        const made = await make(runner, 1000, times);
        return made.filter(({ status }) => termSignal(status) === SIGSEGV).length;
      };
      const search = smallest(recordOf(crash as Attempt).switches);
      let step = search.next();
      while (step.done !== true) step = search.next((await crashes(step.value, 1)) === 1);
      expect(step.value.map(({ wakes }) => wakes)).toContain(
        program === "slept-too-short" ? "sleep" : "limit",
      );
      expect(await crashes(step.value, 20)).toBe(20);
    },
  );

  it.each<ScheduleRequest>([{ rule: "pct", depth: 3 }, { rule: "preempt", depth: 2 }, { rule: "search" }])(
    "two crossed locks are found to be a deadlock, and who holds what is said: %o",
    async (schedule) => {
      const runner = await open("locks-crossed", schedule);
      let found: Attempt | undefined;
      for (let first = 1; found === undefined && first <= 1000; first += 50)
        found = (await make(runner, first, 50)).find(({ timedOut }) => timedOut);
      const { deadlock, waiters } = recordOf(found as Attempt);
      expect(deadlock).toBe(true);
      expect(waiters.map(({ thread, joins, holder }) => [thread, joins, holder])).toEqual([
        [0, 1, null],
        [1, null, 2],
        [2, null, 1],
      ]);
    },
  );

  it("a child process that is forked off while another thread holds a lock waits for ever: by whom it was held then, and who waits for the child, is said", async () => {
    const runner = await open("forked-with-lock", { rule: "random" });
    // A lock that is just being taken has no owner yet, and who it was is not known then.
    const isTold = (each: Attempt): boolean =>
      each.timedOut && recordOf(each).waiters.some(({ forked }) => forked);
    let found: Attempt | undefined;
    for (let first = 1; found === undefined && first <= 400; first += 20)
      found = (await make(runner, first, 20)).find(isTold);
    const { deadlock, waiters, processes } = recordOf(found as Attempt);
    expect(deadlock).toBe(true);
    expect(waiters.map(({ thread, joins, holder, forked }) => [thread, joins, holder, forked])).toEqual([
      [0, 2, null, false],
      [2, null, 1, true],
    ]);
    expect(processes).toEqual(new Map([[2, 2]]));
  });

  it("the word of a read-write lock is not taken for the number of a thread that holds it", async () => {
    const runner = await open("read-twice", { rule: "preempt", depth: 2 });
    const stuck: Attempt[] = [];
    for (let first = 1; stuck.length === 0 && first <= 1000; first += 50)
      stuck.push(...(await make(runner, first, 50)).filter(({ timedOut }) => timedOut));
    // A young container gives its first processes the small numbers that such a word holds, too.
    const { switches } = recordOf(stuck[0] as Attempt);
    const player = await open("read-twice", { rule: "play", switches: [...switches] });
    const waiters = (await make(player, 1, 30)).map((each) => recordOf(each).waiters);
    expect(waiters.map((each) => each.map(({ joins, holder }) => joins ?? holder))).toEqual(
      Array(30).fill([1, null, null]),
    );
  });

  it("the few instructions of the program that another thread can see are aimed at, and not libc's hundreds", async () => {
    const runner = await open("torn-pair", { rule: "preempt", depth: 2 });
    const made = await make(runner, 1, 120);
    const crashes = made.filter(({ status }) => termSignal(status) === SIGABRT);
    expect(crashes.length).toBeGreaterThan(1);
    expect(crashes.map((each) => recordOf(each).fault?.signal)).toEqual(crashes.map(() => SIGABRT));
  });

  it("a thread that is held at the place where the race is brings its crash in most attempts, and at none in few", async () => {
    const runner = await open("use-after-free", { rule: "hold" });
    const holds: Hold[] = [];
    for (let first = 1; holds.length < 3 && first <= 400; first += 20) {
      const made = await make(runner, first, 20);
      const crashed = made.filter(({ status }) => termSignal(status) === SIGSEGV).map(recordOf);
      holds.push(...crashed.flatMap(({ hold }) => (hold?.thread == null ? [] : [hold.hold])));
    }
    expect(holds.length).toBeGreaterThan(0);
    const crashesOf = async (at: Hold): Promise<number> => {
      await runner.schedule(scheduleText({ rule: "hold", seed: 0, at }));
      return (await make(runner, 1, 20)).filter(({ status }) => termSignal(status) === SIGSEGV).length;
    };
    const counts: number[] = [];
    for (const hold of holds) counts.push(await crashesOf(hold));
    expect(Math.max(...counts)).toBeGreaterThan(10);
    expect(await crashesOf(NO_HOLD)).toBeLessThan(5);
  });

  it("a place is found at which only a signal's handler could come, of a thread that ended at once", async () => {
    const runner = await open("handler-walks", { rule: "hold" });
    let crashed: Attempt | undefined;
    for (let first = 1; crashed === undefined && first <= 400; first += 20)
      crashed = (await make(runner, first, 20)).find(({ status }) => termSignal(status) === SIGSEGV);
    expect(recordOf(crashed as Attempt).hold?.thread).toBe(0);
  });

  it("a deadlock that a hold brings is seen as one, with who holds what", async () => {
    const runner = await open("locks-crossed", { rule: "hold" });
    let found: Attempt | undefined;
    for (let first = 1; found === undefined && first <= 600; first += 20)
      found = (await make(runner, first, 20)).find(({ timedOut }) => timedOut);
    const { deadlock, waiters } = recordOf(found as Attempt);
    expect(deadlock).toBe(true);
    expect(waiters.filter(({ holder }) => holder !== null).length).toBeGreaterThanOrEqual(2);
  });

  it("with a clock of its own, time and chance are the same in every attempt, and waits end when they should", async () => {
    const said = async (schedule: ScheduleRequest): Promise<Set<string>> => {
      const made = await make(await open("asks-the-time", schedule), 1, 4);
      expect(made.map(({ status }) => status)).toEqual(Array(4).fill(0));
      return new Set(made.map(({ output }) => output?.stdout.head.toString() ?? ""));
    };
    // No switch is drawn, so that threads take turns the same way.
    const played = { rule: "play" as const, switches: [] };
    const [fixed, ...others] = await said({ ...played, fixClock: 77 });
    expect(others).toEqual([]);
    expect(fixed).toMatch(/^time 1767262107, day 1767262107.700801, chance 1793426067\n/);
    expect((await said(played)).size).toBe(4);
  });

  it("a thread that only spins does not hold up the one that it waits for", async () => {
    const made = await make(await open("spins", { rule: "preempt", depth: 2 }), 1, 5);
    expect(made.map(({ status }) => status)).toEqual(Array(5).fill(0));
  });

  it("an attempt's number and the seed give the same run again", async () => {
    const runner = await open("counter-is-locked", { rule: "random", mean: 15 });
    const [once] = await make(runner, 7, 1);
    const [twice] = await make(runner, 7, 1);
    expect(recordOf(twice as Attempt)).toEqual(recordOf(once as Attempt));
  });

  it.each<ScheduleRequest>([{ rule: "random" }, { rule: "pct", depth: 3 }, { rule: "preempt", depth: 2 }])(
    "a program without a race ends well: %o",
    async (schedule) => {
      const made = await make(await open("counter-is-locked", schedule), 1, 15);
      expect(made.map(({ status }) => status)).toEqual(Array(15).fill(0));
    },
  );

  it("a program that traces itself cannot be scheduled, and the reason is said", async () => {
    const runner = await open("traces-itself", { rule: "random" });
    await expect(make(runner, 1, 1)).rejects.toThrow(
      "it cannot be scheduled: it traces processes itself (ptrace)",
    );
  });
});
