import { stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCampaign } from "../../src/run/campaign.js";
import { JournalWriter } from "../../src/run/journal/writer.js";
import type { CampaignOutcome } from "../../src/run/state/campaign-outcome.js";
import { beginCampaign, JOURNAL_FILE, readCampaign } from "../../src/run/store/open-campaign.js";
import { DrawnExecutor, hastyClock, judge, noStatistics } from "./drawn-executor.js";
import { emptyStore, run } from "./campaign-room.js";
import { nearlyFull } from "./nearly-full.js";
import { binariesOf, planOf } from "./plans.js";

describe("a program that never ends twice alike", () => {
  test("has a thousand keys, and the rest are counted together", async () => {
    const store = await emptyStore();
    const plan = planOf({ stop: { kind: "runs", runs: 3000 }, perSignature: 1, parallel: 1 });
    const { id, outcome } = await run(store, plan, new DrawnExecutor({ output: false }), {
      judge: (_cell, { number, status }) =>
        status === 0
          ? { key: `exit ${number}`, outcome: "exit", counted: false }
          : { key: `crash ${number} ${"x".repeat(1000)}`, outcome: "crash", counted: true },
    });
    const keys = outcome.cells[0]?.keys ?? [];
    expect(keys).toHaveLength(1002);
    expect(keys.reduce((sum, { count }) => sum + count, 0)).toBe(3000);
    const others = keys
      .filter(({ key }) => key.startsWith("other "))
      .map(({ key, outcome }) => [key, outcome]);
    expect(others.sort()).toEqual([
      ["other crash", "crash"],
      ["other exit", "exit"],
    ]);
    expect(Math.max(...keys.map(({ key }) => key.length))).toBe(300);
    expect((await readCampaign(store.path(id))).outcome.cells[0]?.keys).toEqual(keys);
  });

  test("does not fill the disk with its outputs", async () => {
    const store = await emptyStore();
    const plan = planOf({ stop: { kind: "runs", runs: 200 }, perSignature: 5, parallel: 1 });
    const big = Buffer.alloc(1024 * 1024, "A");
    const executor = new DrawnExecutor({ rate: () => 1, print: () => big });
    const { id, outcome } = await run(store, plan, executor, {
      judge: (_cell, { number }) => ({ key: `crash ${number}`, outcome: "crash", counted: true }),
    });
    const kept = outcome.cells[0]?.keys.filter((key) => key.kept.length > 0) ?? [];
    expect(kept).toHaveLength(32);
    expect(kept.map(({ firstNumber }) => firstNumber)).toEqual(
      Array.from({ length: 32 }, (_, index) => index + 1),
    );
    expect((await stat(join(store.path(id), JOURNAL_FILE))).size).toBeLessThan(50e6);
  });
});

test("a campaign of many attempts has a small journal, goes on from it, and is read from it as it was", async () => {
  const store = await emptyStore();
  const runs = 60_000;
  const plan = planOf({ cells: ["a", "b"], stop: { kind: "runs", runs }, parallel: 3, block: 1000 });
  const drawing = { rate: () => 1 / 1000, batch: 200, output: false };
  const whole = await run(store, plan, new DrawnExecutor(drawing));
  const stopper = new AbortController();
  const first = await run(store, plan, new DrawnExecutor(drawing), {
    signal: stopper.signal,
    progress: (event) => event.kind === "attempts" && event.done > runs / 2 && stopper.abort(),
    clock: { ...hastyClock, every: (_ms, task) => hastyClock.every(1, task) },
  });
  expect(first.outcome.complete).toBe(false);
  const settled = ({ cells }: CampaignOutcome) => cells.map((cell) => ({ ...cell, attemptsPerSecond: 0 }));
  expect(settled((await readCampaign(store.path(first.id))).outcome)).toEqual(settled(first.outcome));
  const { id, outcome } = await run(store, plan, new DrawnExecutor(drawing), { resume: first.id });
  expect(settled((await readCampaign(store.path(id))).outcome)).toEqual(settled(outcome));
  const counts = ({ cells }: CampaignOutcome) =>
    cells.map((cell) => [cell.outcomes, cell.keys, cell.durations]);
  expect(counts(outcome)).toEqual(counts(whole.outcome));
  // The first 10,000 of each cell have rows, some 40 bytes each.
  expect((await stat(join(store.path(whole.id), JOURNAL_FILE))).size).toBeLessThan(20_000 * 60 + 100_000 * 5);
});

test("a disk that is full in mid-campaign ends it, says so, and loses nothing that was shown", async () => {
  const store = await emptyStore();
  const plan = planOf({ cells: ["a", "b"], stop: { kind: "runs", runs: 2000 }, parallel: 2 });
  const binaries = binariesOf(plan);
  const campaign = await beginCampaign(store, plan, binaries, hastyClock);
  const path = join(campaign.folder, JOURNAL_FILE);
  const { size } = await stat(path);
  const full = new JournalWriter(path, await nearlyFull(path, 60_000), size);
  const shown = new Map<string, number>();
  const executor = new DrawnExecutor({ output: false, turns: () => 1 });
  const ending = runCampaign({
    campaign: {
      ...campaign,
      journal: full,
      clock: { ...hastyClock, every: (_ms, task) => hastyClock.every(1, task) },
    },
    binaries,
    executor,
    judge,
    statistics: noStatistics,
    progress: (event) => event.kind === "attempts" && shown.set(event.cell, event.done),
    signal: new AbortController().signal,
  });
  await expect(ending).rejects.toMatchObject({
    kind: "infrastructure",
    message: `${path}: cannot be written: no space is left on its disk`,
    remedy: expect.stringContaining("vivarium run --resume"),
  });
  await full.close();
  await campaign.close();
  expect(executor.openSlots).toBe(0);
  const { outcome: kept, torn } = await readCampaign(campaign.folder);
  expect(torn).toBe(0);
  for (const { id, attempts } of kept.cells) expect(attempts).toBeGreaterThanOrEqual(shown.get(id) ?? 0);

  const { outcome } = await run(store, plan, new DrawnExecutor({ output: false }), {
    resume: campaign.header.id,
  });
  expect(outcome.cells.map(({ attempts }) => attempts)).toEqual([2000, 2000]);
});
