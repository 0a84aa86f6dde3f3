import { describe, expect, test } from "vitest";
import { Refusal } from "../../src/docker/refusal.js";
import { infrastructure, lastingInfrastructure } from "../../src/failure.js";
import type { ProgressEvent } from "../../src/progress/event.js";
import { LostSlots, triedAgain } from "../../src/run/state/lost-slots.js";
import { Waits } from "../../src/run/waits.js";
import { DrawnExecutor, hastyClock } from "./drawn-executor.js";
import { emptyStore, run } from "./campaign-room.js";
import { planOf } from "./plans.js";

const START = "start container vivarium-71-0a1b2c3d4e5f (/opt/vivarium/runner)";
const NO_MOUNT = 'error mounting "/var/lib/docker/containers/0123456789abcdef/hosts": not a directory';

/** The engine's refusal to start the n-th container, whose names and ids are its own. */
const refusal = (n: number, words = NO_MOUNT, status = 400): Refusal =>
  new Refusal(
    status,
    words.replaceAll("0123456789abcdef", `fedcba98765432${n}0`),
    START.replace("0a1b2c3d4e5f", `${n}f${n}e${n}d${n}c${n}b${n}a`),
  );

const never = (failure: Refusal, at: number) => ({ number: null, failure, askedMs: at, lostMs: at + 1 });

describe("a slot that is refused", () => {
  test("twice for the same reason ends its cell, whatever the container was called", () => {
    const lost = new LostSlots(1);
    expect(lost.lost(never(refusal(1), 0))).toEqual({ waitMs: 250 });
    expect(lost.lost(never(refusal(2), 10))).toEqual({ giveUp: "it was refused twice for the same reason" });
  });

  test("to two workers at once was refused once", () => {
    const lost = new LostSlots(2);
    expect(lost.lost({ ...never(refusal(1), 0), lostMs: 5 })).toHaveProperty("waitMs");
    expect(lost.lost({ ...never(refusal(2), 1), lostMs: 6 })).toHaveProperty("waitMs");
    expect(lost.lost(never(refusal(3), 300))).toHaveProperty("giveUp");
  });

  test.each([
    ["for another reason", refusal(2, "no such network")],
    ["by an engine that is busy", refusal(2, "device or resource busy", 500)],
    ["by a proxy whose server is down", refusal(2, NO_MOUNT, 503)],
  ])("the second time %s is asked for again", (_what, second) => {
    const lost = new LostSlots(1);
    expect(lost.lost(never(second, 0))).toHaveProperty("waitMs");
    expect(lost.lost(never(refusal(1), 10))).toHaveProperty("waitMs");
  });

  test("is asked for again where one was opened, or an attempt made, in between", () => {
    for (const between of ["opened", "progress"] as const) {
      const lost = new LostSlots(1);
      lost.lost(never(refusal(1), 0));
      if (between === "opened") lost.opened();
      else lost.progress(1);
      expect(lost.lost(never(refusal(2), 10))).toHaveProperty("waitMs");
    }
  });
});

describe("an attempt that the runner refuses", () => {
  const unschedulable = lastingInfrastructure("a: it cannot be scheduled: it is a 32-bit program", "without");
  const refused = (at: number) => ({ number: 7, failure: unschedulable, askedMs: at, lostMs: at + 1 });

  test("twice for the same reason ends its cell, though each time a slot was opened for it", () => {
    const lost = new LostSlots(1);
    lost.opened();
    expect(lost.lost(refused(0))).toHaveProperty("waitMs");
    lost.opened();
    expect(lost.lost(refused(10))).toEqual({ giveUp: "it was refused twice for the same reason" });
  });

  test("is made again where another one was made in between", () => {
    const lost = new LostSlots(1);
    lost.lost(refused(0));
    lost.progress(1);
    expect(lost.lost(refused(10))).toHaveProperty("waitMs");
  });

  test("is told without its cell's name twice", () => {
    expect(triedAgain("a", 1000, unschedulable)).toBe(
      "a: tried again in 1.0 s: it cannot be scheduled: it is a 32-bit program",
    );
  });
});

describe("slots that are lost now and then", () => {
  /** How many of them until the cell is given up; `most` where it is not. */
  const untilGivenUp = (attemptsBetween: number, most: number): number => {
    const lost = new LostSlots(4);
    for (let n = 1; n <= most; n++) {
      lost.progress(attemptsBetween);
      const after = lost.lost({ ...never(refusal(n % 10), n), number: n * attemptsBetween });
      if ("giveUp" in after) {
        expect(after.giveUp).toBe(
          `100 slots were lost in ${attemptsBetween === 1 ? "100" : "100,000"} attempts`,
        );
        return n;
      }
    }
    return most;
  };

  test("give a cell up once they are a hundred, and more than one in a thousand of its attempts", () => {
    expect(untilGivenUp(1, 20_000)).toBe(100);
    expect(untilGivenUp(1000, 20_000)).toBe(100);
  });

  test("are borne for as long as a campaign over many machines takes, where they are fewer", () => {
    expect(untilGivenUp(1001, 20_000)).toBe(20_000);
  });
});

test("a campaign ends a cell that cannot be started at once, tells what to do, and makes the others", async () => {
  const plan = planOf({ cells: ["a", "b"], stop: { kind: "runs", runs: 30 }, parallel: 2 });
  const executor = new DrawnExecutor({
    refusal: (cell) => (cell === "a" ? lastingInfrastructure("no such user", "mend the image") : null),
  });
  const { outcome, events } = await run(await emptyStore(), plan, executor);
  expect(outcome.cells[0]).toMatchObject({ gaveUp: true, attempts: 0 });
  expect(executor.asked.get("a")).toBeLessThanOrEqual(4);
  expect(outcome.cells[1]).toMatchObject({ attempts: 30, ending: "reached" });
  expect(events).toContainEqual({
    kind: "note",
    level: "warning",
    text: "a: given up: it was refused twice for the same reason; the last time: no such user. To do: mend the image",
  });
});

test("a campaign goes on where what refused it has passed", async () => {
  const plan = planOf({ cells: ["a"], stop: { kind: "runs", runs: 5 }, parallel: 1 });
  const failures = [infrastructure("cut"), infrastructure("cut"), lastingInfrastructure("full", "wait")];
  const executor = new DrawnExecutor({ refusal: (_cell, time) => failures[time - 1] ?? null });
  const { outcome, events } = await run(await emptyStore(), plan, executor);
  expect(outcome).toMatchObject({ complete: true, cells: [{ attempts: 5, infra: 3 }] });
  // From a second on, a wait is told.
  const told = events.flatMap((event) => (event.kind === "note" ? [event.text] : []));
  expect(told).toEqual(["a: tried again in 1.0 s: cut", "a: tried again in 4.0 s: full"]);
});

test("whoever hears nothing for twenty seconds is told what is waited for", () => {
  let now = 0;
  let look = (): void => undefined;
  const notes: string[] = [];
  const listen = (event: ProgressEvent): void => void (event.kind === "note" && notes.push(event.text));
  const waits = new Waits(
    { ...hastyClock, now: () => now, every: (_ms, task) => ((look = task), () => undefined) },
    listen,
  );
  waits.watch();
  const pass = (seconds: number): void => {
    for (const end = now + seconds * 1000; now < end;) {
      now += 5000;
      look();
    }
  };
  pass(60);
  expect(notes).toEqual([]);
  const end = waits.begin("a: waiting for a container");
  waits.sink({ kind: "note", level: "info", text: "heard" });
  pass(45);
  end();
  pass(60);
  expect(notes).toEqual([
    "heard",
    "a: waiting for a container, for 20 s so far",
    "a: waiting for a container, for 40 s so far",
  ]);
});
