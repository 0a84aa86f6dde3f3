import fc from "fast-check";
import { readdirSync } from "node:fs";
import { appendFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Plan, StopRule } from "../../../src/plan/plan.js";
import type { CampaignOutcome } from "../../../src/run/state/campaign-outcome.js";
import type { Clock } from "../../../src/run/clock.js";
import {
  beginCampaign,
  JOURNAL_FILE,
  readCampaign,
  readHeader,
  resumeCampaign,
} from "../../../src/run/store/open-campaign.js";
import { CampaignStore } from "../../../src/run/store/store.js";
import { DrawnExecutor, hastyClock } from "../drawn-executor.js";
import { emptyStore, run } from "../campaign-room.js";
import { rowsIn } from "./journal-rows.js";
import { binariesOf, planOf } from "../plans.js";

/** What must not depend on interruptions. */
function totals({ cells, complete }: CampaignOutcome) {
  return {
    complete,
    cells: cells.map(({ id, attempts, counted, outcomes, keys, ending }) => ({
      id,
      attempts,
      counted,
      outcomes,
      keys: keys.map(({ key, count, firstNumber }) => ({ key, count, firstNumber })),
      ending,
    })),
  };
}

/** All attempt numbers in a journal, by cell. */
function numbersIn(path: string): number[][] {
  return rowsIn(path).map((rows) => rows.map(({ attempt }) => attempt.number));
}

async function copyCut(store: CampaignStore, id: string, to: string, length: number): Promise<void> {
  const bytes = await readFile(join(store.path(id), JOURNAL_FILE));
  await mkdir(store.path(to), { recursive: true });
  await writeFile(join(store.path(to), JOURNAL_FILE), bytes.subarray(0, length));
}

/** Flushes so often that the journal of a short campaign has many lines. */
const busyClock: Clock = { ...hastyClock, every: (_ms, task) => hastyClock.every(1, task) };

describe("a journal cut off at any byte", () => {
  const rules: [string, StopRule][] = [
    ["a fixed number of attempts", { kind: "runs", runs: 60 }],
    ["a number of crashes", { kind: "until-crashes", crashes: 12, cap: 500 }],
  ];
  test.each(rules)("is gone on with: right totals, no number twice, for %s", async (_name, stop) => {
    const store = await emptyStore();
    const plan = planOf({ cells: ["a", "b"], stop, parallel: 3, block: 7 });
    const drawing = { rate: () => 0.3, turns: (_cell: string, number: number) => number % 3 };
    const whole = await run(store, plan, new DrawnExecutor(drawing), { clock: busyClock });
    const bytes = await readFile(join(store.path(whole.id), JOURNAL_FILE));
    const headerEnd = bytes.indexOf(0x0a) + 1;
    const copy = "20261124-1655-flaky-copy";
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: headerEnd, max: bytes.length }), async (length) => {
        await copyCut(store, whole.id, copy, length);
        const second = await run(store, plan, new DrawnExecutor(drawing), { resume: copy });
        expect(totals(second.outcome)).toEqual(totals(whole.outcome));
        for (const numbers of numbersIn(join(store.path(copy), JOURNAL_FILE))) {
          expect(new Set(numbers).size).toBe(numbers.length);
        }
        const read = await readCampaign(store.path(copy));
        expect(read.torn).toBe(0);
        expect(totals(read.outcome)).toEqual(totals(whole.outcome));
      }),
      { numRuns: 60 },
    );
  });

  test("within its header holds nothing, and says so", async () => {
    const store = await emptyStore();
    const plan = planOf({ stop: { kind: "runs", runs: 3 } });
    const { id } = await run(store, plan, new DrawnExecutor());
    const copy = "20261124-1655-flaky-copy";
    for (const length of [0, 1, 500]) {
      await copyCut(store, id, copy, length);
      const failure = { kind: "infrastructure", message: expect.stringContaining("has no header") };
      await expect(readHeader(store.path(copy))).rejects.toMatchObject(failure);
      await expect(readCampaign(store.path(copy))).rejects.toMatchObject(failure);
      await expect(resumeCampaign(store, copy, plan, binariesOf(plan))).rejects.toMatchObject(failure);
    }
  });
});

describe("going on is refused", () => {
  const plan = planOf({ cells: ["a", "b"], stop: { kind: "runs", runs: 10 } });
  async function finished(): Promise<{ store: CampaignStore; id: string }> {
    const store = await emptyStore();
    const { id } = await run(store, plan, new DrawnExecutor());
    return { store, id };
  }

  test("where an image or a program is another", async () => {
    const { store, id } = await finished();
    const binaries = binariesOf(plan);
    binaries.set("a", { ...binaries.get("a")!, sha256: "dddd" });
    binaries.set("b", { ...binaries.get("b")!, image: "sha256:eeee" });
    await expect(resumeCampaign(store, id, plan, binaries)).rejects.toMatchObject({
      kind: "request",
      message:
        `campaign ${id} cannot go on: the program (sha256) of a was cccc and is dddd; ` +
        "the image of b was sha256:bbbb-b and is sha256:eeee",
      remedy:
        "Put back what it was, or start a new campaign: attempts of two different programs cannot be counted together.",
    });
    // And it is free again.
    await (await resumeCampaign(store, id, plan, binariesOf(plan))).close();
  });

  test("where the plan is another, and it says in what", async () => {
    const { store, id } = await finished();
    const [a, b] = plan.cells as [Plan["cells"][number], Plan["cells"][number]];
    const changed: Plan = {
      ...plan,
      seed: 2,
      cells: [a, { ...b, run: { ...b.run, args: ["-v"] } }],
      command: ["run", "--resume", id],
    };
    await expect(resumeCampaign(store, id, changed, binariesOf(changed))).rejects.toMatchObject({
      message: `campaign ${id} cannot go on: plan.cells.1.run.args.0 was not there and is "-v"; plan.seed was 1 and is 2`,
    });
  });

  test("where another process is at it", async () => {
    const store = await emptyStore();
    const open = await beginCampaign(store, plan, binariesOf(plan));
    await expect(resumeCampaign(store, open.header.id, plan, binariesOf(plan))).rejects.toMatchObject({
      kind: "request",
      message: `this campaign is in use by process ${process.pid}`,
    });
    await open.close();
  });

  test("where there is no such campaign", async () => {
    const store = await emptyStore();
    await mkdir(store.path("20261124-1655-flaky-k3f9"), { recursive: true });
    await expect(readCampaign(store.path("20261124-1655-flaky-k3f9"))).rejects.toMatchObject({
      kind: "request",
      message: expect.stringContaining("its folder holds no campaign"),
    });
  });
});

test("a journal that says what cannot be is damage, and its line is named", async () => {
  const store = await emptyStore();
  const plan = planOf({ stop: { kind: "runs", runs: 5 } });
  const { id } = await run(store, plan, new DrawnExecutor());
  const path = join(store.path(id), JOURNAL_FILE);
  const bytes = await readFile(path);
  const lines = bytes.toString().split("\n");
  const batch = lines.findIndex((line) => line.includes('"t":"batch"'));
  // The same attempts once more, as if another process had written them.
  await writeFile(path, [...lines.slice(0, -1), lines[batch], ""].join("\n"));
  await expect(readCampaign(store.path(id))).rejects.toMatchObject({
    kind: "infrastructure",
    message: `${path}, line ${lines.length}: damaged: attempt 1 was made twice`,
  });
});

test("what was half written is cut off before anything is added, and told", async () => {
  const store = await emptyStore();
  const plan = planOf({ stop: { kind: "runs", runs: 5 } });
  const { id } = await run(store, plan, new DrawnExecutor());
  const path = join(store.path(id), JOURNAL_FILE);
  await appendFile(path, "~".repeat(5000));
  const { events } = await run(store, plan, new DrawnExecutor(), { resume: id });
  expect(events).toContainEqual({
    kind: "note",
    level: "info",
    text: "the last 5000 bytes of the journal were half written; their attempts are made again",
  });
  expect((await readCampaign(store.path(id))).torn).toBe(0);
  expect(await readFile(path, "utf8")).not.toContain("~~");
});

test("a finished campaign that is gone on with makes no attempt and says the same", async () => {
  const store = await emptyStore();
  const plan = planOf({ cells: ["a", "b"], stop: { kind: "until-crashes", crashes: 5, cap: 100 } });
  const first = await run(store, plan, new DrawnExecutor());
  const idle = new DrawnExecutor();
  const second = await run(store, plan, idle, { resume: first.id });
  expect(idle.opened).toBe(0);
  expect(totals(second.outcome)).toEqual(totals(first.outcome));
});

test("what is shown on the screen is on disk already, and nothing of the lock is left", async () => {
  const store = await emptyStore();
  const plan = planOf({ cells: ["a", "b"], stop: { kind: "runs", runs: 3000 }, block: 50 });
  let shown = 0;
  const { id } = await run(store, plan, new DrawnExecutor({ turns: () => 1 }), {
    progress: (event) => {
      if (event.kind !== "attempts") return;
      shown++;
      const [campaign = ""] = readdirSync(store.root);
      const onDisk = numbersIn(join(store.root, campaign, JOURNAL_FILE))[["a", "b"].indexOf(event.cell)];
      expect(onDisk?.length).toBeGreaterThanOrEqual(event.done);
    },
  });
  expect(shown).toBeGreaterThanOrEqual(2);
  expect(await readdir(store.path(id))).toEqual([JOURNAL_FILE]);
});
