import { describe, expect, test } from "vitest";
import { readCampaign } from "../../src/run/store/open-campaign.js";
import { DrawnExecutor } from "./drawn-executor.js";
import { emptyStore, run } from "./campaign-room.js";
import { planOf } from "./plans.js";

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe("a campaign of a fixed number of attempts", () => {
  test("makes every attempt of every cell once, and counts what was drawn", async () => {
    const cells = ["glibc-2.31", "glibc-2.36", "musl-1.2.3"];
    const plan = planOf({ cells, stop: { kind: "runs", runs: 137 }, parallel: 3 });
    const executor = new DrawnExecutor({ rate: (cell) => (cell.startsWith("musl") ? 0 : 0.3) });
    const { outcome } = await run(await emptyStore(), plan, executor);
    expect(outcome.complete).toBe(true);
    expect(outcome.cells.map(({ id }) => id)).toEqual(cells);
    for (const cell of outcome.cells) {
      const crashed = numbers(137).filter((number) => executor.crashes(cell.id, number));
      expect([...(executor.made.get(cell.id) ?? [])].sort((a, b) => a - b)).toEqual(numbers(137));
      expect(cell).toMatchObject({
        attempts: 137,
        counted: crashed.length,
        outcomes: { crash: crashed.length, clean: 137 - crashed.length, exit: 0, timeout: 0 },
        ending: "reached",
        excluded: 0,
        infra: 0,
      });
      expect(cell.keys.find(({ key }) => key === "SIGSEGV")?.firstNumber).toBe(crashed[0]);
    }
    expect(outcome.cells[2]?.counted).toBe(0);
    expect(executor.openSlots).toBe(0);
  });

  test("keeps all workers busy and runs no more attempts at a time than the plan allows", async () => {
    const plan = planOf({ stop: { kind: "runs", runs: 20 }, parallel: 2, block: 50 });
    const executor = new DrawnExecutor({ turns: () => 1 });
    await run(await emptyStore(), plan, executor);
    expect(executor.mostRunning).toBe(2);
    const wide = new DrawnExecutor({ turns: () => 1 });
    await run(
      await emptyStore(),
      planOf({ stop: { kind: "runs", runs: 100 }, parallel: 5, cells: ["a", "b", "c"] }),
      wide,
    );
    expect(wide.mostRunning).toBe(5);
  });

  test("has no warning of Node's with many workers", async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): number => warnings.push(warning);
    process.on("warning", listen);
    const plan = planOf({ stop: { kind: "runs", runs: 400 }, parallel: 24, block: 10 });
    const executor = new DrawnExecutor({ turns: () => 1 });
    await run(await emptyStore(), plan, executor);
    // Warnings are emitted in a later turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", listen);
    expect(executor.mostRunning).toBe(24);
    expect(warnings).toEqual([]);
  });

  test("keeps the outputs of the first attempts of each key, as they were", async () => {
    const plan = planOf({ stop: { kind: "runs", runs: 60 }, perSignature: 2, parallel: 1 });
    const executor = new DrawnExecutor({ rate: () => 0.5 });
    const store = await emptyStore();
    const { id, outcome } = await run(store, plan, executor);
    const crashed = numbers(60).filter((number) => executor.crashes("glibc-2.36", number));
    for (const { cells } of [outcome, (await readCampaign(store.path(id))).outcome]) {
      const kept = cells[0]?.keys.find(({ key }) => key === "SIGSEGV")?.kept ?? [];
      expect(kept.map(({ number, output }) => [number, output?.stderr.head.toString()])).toEqual(
        crashed.slice(0, 2).map((number) => [number, `died at ${number}\n`]),
      );
    }
  });

  test("is read from its folder as it was returned", async () => {
    const store = await emptyStore();
    const plan = planOf({ cells: ["a", "b"], stop: { kind: "runs", runs: 90 } });
    const { id, outcome } = await run(
      store,
      plan,
      new DrawnExecutor({ loses: (_cell, n, time) => n === 7 && time === 1 }),
    );
    const { header, outcome: read, torn } = await readCampaign(store.path(id));
    expect(torn).toBe(0);
    expect(header.plan).toEqual(plan);
    expect(read.cells.map(({ attemptsPerSecond: _, ...cell }) => cell)).toEqual(
      outcome.cells.map(({ attemptsPerSecond: _, ...cell }) => cell),
    );
    expect({ ...read, cells: [], elapsedMs: 0 }).toEqual({ ...outcome, cells: [], elapsedMs: 0 });
  });

  test("says on the screen where each cell stands, the last time with everything done", async () => {
    const plan = planOf({ cells: ["a", "b"], stop: { kind: "runs", runs: 30 } });
    const { events } = await run(await emptyStore(), plan, new DrawnExecutor());
    for (const cell of ["a", "b"]) {
      const last = events.filter((event) => event.kind === "attempts" && event.cell === cell).at(-1);
      expect(last).toMatchObject({ done: 30, of: 30, leftMs: 0 });
    }
  });
});

describe("lost slots", () => {
  test("cost no attempt, and are in no count", async () => {
    const plan = planOf({ cells: ["a", "b"], stop: { kind: "runs", runs: 50 } });
    const executor = new DrawnExecutor({
      loses: (cell, number, time) => cell === "a" && number % 20 === 3 && time === 1,
    });
    const { outcome } = await run(await emptyStore(), plan, executor);
    expect(outcome.complete).toBe(true);
    expect(outcome.cells[0]).toMatchObject({ attempts: 50, infra: 3 });
    expect(outcome.cells[1]).toMatchObject({ attempts: 50, infra: 0 });
    expect(outcome.infra.map(({ where, attempt }) => [where, attempt]).sort()).toEqual([
      ["a", 23],
      ["a", 3],
      ["a", 43],
    ]);
    expect([...(executor.made.get("a") ?? [])].sort((x, y) => x - y)).toEqual(numbers(50));
    expect(executor.openSlots).toBe(0);
  });

  test("an attempt that loses its slot every time gives up its cell alone", async () => {
    const plan = planOf({ cells: ["a", "b"], stop: { kind: "runs", runs: 50 } });
    const executor = new DrawnExecutor({ loses: (cell, number) => cell === "a" && number === 20 });
    const { outcome, events } = await run(await emptyStore(), plan, executor);
    expect(outcome.complete).toBe(false);
    expect(outcome.cells[0]).toMatchObject({ gaveUp: true, ending: null, infra: 3 });
    expect(outcome.cells[0]?.attempts).toBeLessThan(50);
    expect(executor.made.get("a")).not.toContain(20);
    expect(outcome.cells[0]?.attempts).toBe(executor.made.get("a")?.length);
    expect(outcome.cells[1]).toMatchObject({ gaveUp: false, ending: "reached", attempts: 50 });
    expect(events).toContainEqual({
      kind: "note",
      level: "warning",
      text: "a: given up: attempt 20 lost its slot 3 times; the last time: lost while at 20",
    });
  });

  test("a cell without slots is given up after a few tries, without costing the others", async () => {
    const plan = planOf({ cells: ["a", "b"], stop: { kind: "runs", runs: 30 }, parallel: 2 });
    const executor = new DrawnExecutor({ refusesToOpen: (cell) => cell === "a" });
    const { outcome } = await run(await emptyStore(), plan, executor);
    expect(outcome.cells[0]).toMatchObject({ gaveUp: true, attempts: 0, durations: null });
    expect(outcome.cells[0]?.infra).toBeGreaterThanOrEqual(6);
    expect(outcome.cells[1]).toMatchObject({ attempts: 30, ending: "reached" });
    expect(outcome.infra[0]).toEqual({ where: "a", attempt: null, message: "no slot for a" });
  });
});

describe("an interrupted campaign", () => {
  test("keeps what was done, frees its slots, and goes on without repeating a number", async () => {
    const store = await emptyStore();
    const plan = planOf({ cells: ["a", "b"], stop: { kind: "runs", runs: 400 }, parallel: 3 });
    const interruption = new AbortController();
    const first = new DrawnExecutor({
      turns: (_cell, number) => {
        if (number === 200) interruption.abort();
        return number % 3;
      },
    });
    const { id, outcome: partial } = await run(store, plan, first, { signal: interruption.signal });
    expect(partial.complete).toBe(false);
    expect(first.openSlots).toBe(0);
    const done = partial.cells.reduce((sum, { attempts }) => sum + attempts, 0);
    expect(done).toBeGreaterThan(100);
    expect(done).toBeLessThan(800);

    const second = new DrawnExecutor();
    const { outcome } = await run(store, plan, second, { resume: id });
    expect(outcome.complete).toBe(true);
    for (const [index, cell] of ["a", "b"].entries()) {
      expect(outcome.cells[index]?.attempts).toBe(400);
      expect(outcome.cells[index]?.counted).toBe(numbers(400).filter((n) => first.crashes(cell, n)).length);
      expect(partial.cells[index]?.attempts).toBe(400 - (second.made.get(cell)?.length ?? 0));
    }
  });

  test("ends although a slot hangs", async () => {
    const interruption = new AbortController();
    const plan = planOf({ stop: { kind: "runs", runs: 20 } });
    const executor = new DrawnExecutor({
      turns: (_cell, number) => {
        if (number === 15) setImmediate(() => interruption.abort());
        return number === 15 ? Infinity : 0;
      },
    });
    const { outcome } = await run(await emptyStore(), plan, executor, { signal: interruption.signal });
    expect(outcome.complete).toBe(false);
    expect(executor.openSlots).toBe(0);
  });
});

test("a bug in the judge ends the campaign and keeps the journal", async () => {
  const store = await emptyStore();
  const plan = planOf({ stop: { kind: "runs", runs: 40 } });
  const broken = run(store, plan, new DrawnExecutor(), {
    judge: (_cell, { number }) => {
      if (number === 30) throw new TypeError("no such thing");
      return { key: "clean", outcome: "clean", counted: false };
    },
  });
  await expect(broken).rejects.toThrow("no such thing");
  const [id = ""] = await store.list();
  const { outcome } = await run(store, plan, new DrawnExecutor(), { resume: id });
  expect(outcome).toMatchObject({ complete: true, cells: [{ attempts: 40 }] });
});

describe("a campaign under the scheduler", () => {
  const scheduled = () => {
    const plan = planOf({ stop: { kind: "runs", runs: 400 }, parallel: 2 });
    const cells = plan.cells.map((cell) => ({
      ...cell,
      run: { ...cell.run, schedule: { rule: "search", seed: 1 } as const },
    }));
    return { ...plan, cells };
  };
  /** Attempts have one thread, but for attempt `number`. */
  class Threads extends DrawnExecutor {
    constructor(private readonly number: number) {
      super({ rate: () => 0 });
    }

    override async open(cell: { readonly id: string }) {
      const slot = await super.open(cell);
      const { number: several } = this;
      return {
        ...slot,
        run: async function* (first: number, count: number) {
          for await (const batch of slot.run(first, count))
            yield batch.map((each) => ({
              ...each,
              schedule: `steps 0 switches 0 tasks ${each.number === several ? 2 : 1} mean 0 length 1 dropped 0\n`,
            }));
        },
      };
    }
  }

  test("ends early where the program never had a second thread, and its journal says so", async () => {
    const store = await emptyStore();
    const { id, outcome } = await run(store, scheduled(), new Threads(0));
    expect(outcome.complete).toBe(true);
    expect(outcome.cells[0]).toMatchObject({ attempts: 50, ending: "alone", alone: true });
    const { outcome: read } = await readCampaign(store.path(id));
    expect(read.cells[0]).toMatchObject({ attempts: 50, ending: "alone", alone: true });
  });

  test("goes on where one attempt had one", async () => {
    const { outcome } = await run(await emptyStore(), scheduled(), new Threads(31));
    expect(outcome.cells[0]).toMatchObject({ attempts: 400, ending: "reached", alone: false });
  });
});
