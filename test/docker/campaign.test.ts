import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { StopRule } from "../../src/plan/plan.js";
import {
  beginCampaign,
  JOURNAL_FILE,
  readCampaign,
  resumeCampaign,
} from "../../src/run/store/open-campaign.js";
import { CampaignStore } from "../../src/run/store/store.js";
import { rowsIn } from "../run/journal/journal-rows.js";
import { endJudge, engineProgram, runOnEngine } from "./campaign-on-engine.js";
import { SEED, sized } from "../trust/size.js";
import { spawnModule } from "./child.js";
import { seeded } from "./fault-campaign.js";
import { atEnd, openEngine } from "./engines.js";
import { ask } from "./raw.js";
import { runnerImage } from "./runner-image.js";

let image: string;
beforeAll(async () => {
  image = await runnerImage(await openEngine());
});

async function emptyStore(): Promise<CampaignStore> {
  const root = await mkdtemp(join(tmpdir(), "vivarium-campaigns-"));
  atEnd(() => rm(root, { recursive: true, force: true }));
  return new CampaignStore(root);
}

async function containersOf(id: string): Promise<unknown[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`vivarium.campaign=${id}`] }));
  return (await ask("GET", `/containers/json?all=1&filters=${filters}`)).body as unknown[];
}

describe("a campaign on the engine", () => {
  it("under the scheduler ends early where the program has one thread: there is nothing to schedule", async () => {
    const stop = { kind: "until-crashes", crashes: 1, cap: 100_000 } as const;
    const { plan: plain, binaries } = engineProgram(image, { stop, parallel: 2, block: 200 }, ["exit", "0"]);
    const schedule = { rule: "search", seed: 1 } as const;
    const plan = {
      ...plain,
      cells: plain.cells.map((cell) => ({ ...cell, run: { ...cell.run, schedule } })),
    };
    const campaign = await beginCampaign(await emptyStore(), plan, binaries);
    const outcome = await runOnEngine(await openEngine(), campaign, binaries);
    await campaign.close();
    expect(outcome.cells[0]).toMatchObject({ attempts: 50, ending: "alone", alone: true, counted: 0 });
  });

  it("makes every attempt once, in as many containers as cells and workers, and leaves none", async () => {
    const store = await emptyStore();
    const shape = { cells: ["a", "b"], stop: { kind: "runs" as const, runs: 150 }, parallel: 2, block: 10 };
    const { plan, binaries } = engineProgram(image, shape, ["end-by-number", "-"]);
    const campaign = await beginCampaign(store, plan, binaries);
    const { id } = campaign.header;
    const outcome = await runOnEngine(await openEngine(), campaign, binaries);
    await campaign.close();
    expect(outcome).toMatchObject({ complete: true, infra: [] });
    for (const cell of outcome.cells) {
      expect(cell).toMatchObject({ attempts: 150, infra: 0, ending: "reached" });
      // The program told its end before it came to it.
      for (const { key, kept } of cell.keys) {
        for (const { output } of kept) expect(output?.stdout.head.toString()).toBe(key);
      }
      const starts = cell.timeline.reduce((sum, { attempts }) => sum + attempts, 0);
      expect(starts).toBe(150);
      expect(cell.attemptsPerSecond).toBeGreaterThan(0);
    }
    expect(outcome.cells[0]?.keys.length).toBeGreaterThan(50);
    expect(await containersOf(id)).toEqual([]);
  });

  it("is interrupted without a container left, and goes on", async () => {
    const store = await emptyStore();
    const shape = { stop: { kind: "runs" as const, runs: 600 }, parallel: 2, block: 5 };
    const { plan, binaries } = engineProgram(image, shape, ["end-by-number", "-"]);
    const engine = await openEngine();
    const interruption = new AbortController();
    const campaign = await beginCampaign(store, plan, binaries);
    const { id } = campaign.header;
    const partial = await runOnEngine(engine, campaign, binaries, {
      signal: interruption.signal,
      progress: () => interruption.abort(),
    });
    await campaign.close();
    expect(partial.complete).toBe(false);
    expect(partial.cells[0]).toMatchObject({ infra: 0, ending: null });
    expect(partial.cells[0]?.attempts).toBeGreaterThan(0);
    expect(await containersOf(id)).toEqual([]);
    const again = await resumeCampaign(store, id, plan, binaries);
    expect(await runOnEngine(engine, again, binaries)).toMatchObject({
      complete: true,
      cells: [{ attempts: 600, infra: 0 }],
    });
    await again.close();
  });
});

describe("a campaign whose process is killed", () => {
  const CAMPAIGNS = sized(8, 20);
  const stops: StopRule[] = [
    { kind: "runs", runs: 250 },
    { kind: "until-crashes", crashes: 40, cap: 100_000 },
  ];
  it("goes on with right totals, no number twice, and no container left", async () => {
    const store = await emptyStore();
    let interrupted = 0;
    const random = seeded(SEED);
    for (let each = 0; each < CAMPAIGNS; each++) {
      const stop = stops[each % stops.length] as StopRule;
      const shape = { cells: ["a", "b"], stop, parallel: 2, block: 8 };
      const args = ["end-by-number", "-"];
      const child = spawnModule(new URL("killed-campaign.ts", import.meta.url), {
        root: store.root,
        image,
        shape,
        args,
      });
      const closed = once(child, "close");
      let said = "";
      child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
      await Promise.race([once(child.stdout, "data"), closed]);
      // Anywhere from its first container to its end, by a seed that repeats it.
      await sleep(random() * 1500);
      child.kill("SIGKILL");
      await closed;
      const [id = "", finished] = said.split("\n");
      if (finished !== "finished") interrupted++;

      const engine = await openEngine();
      // A create that was under way at the kill may reach the engine after this sweep; the next one finds it.
      const swept = async () => {
        await engine.sweep();
        return containersOf(id);
      };
      await expect.poll(swept, { timeout: 60_000 }).toEqual([]);
      const before = rowsIn(join(store.path(id), JOURNAL_FILE));
      const { plan, binaries } = engineProgram(image, shape, args);
      const campaign = await resumeCampaign(store, id, plan, binaries);
      const outcome = await runOnEngine(engine, campaign, binaries);
      await campaign.close();
      expect(outcome).toMatchObject({ complete: true, infra: [] });
      expect(await containersOf(id)).toEqual([]);

      const rows = rowsIn(join(store.path(id), JOURNAL_FILE));
      for (const [index, cell] of outcome.cells.entries()) {
        const made = (rows[index] ?? []).map(({ attempt }) => attempt).sort((a, b) => a.number - b.number);
        expect(new Set(made.map(({ number }) => number)).size).toBe(made.length);
        const counted = made.slice(0, cell.attempts).filter((a) => endJudge(plan.cells[index]!, a).counted);
        expect(cell.counted).toBe(counted.length);
        expect(made.slice(0, cell.attempts).map(({ number }) => number)).toEqual(
          made.slice(0, cell.attempts).map((_, at) => at + 1),
        );
        if (stop.kind === "runs") expect(cell.attempts).toBe(stop.runs);
        else expect([cell.counted, counted.at(-1)?.number]).toEqual([40, cell.attempts]);
        // What was on disk when it was killed is what is there now.
        expect((rows[index] ?? []).slice(0, before[index]?.length ?? 0)).toEqual(before[index] ?? []);
      }
      const { cells } = (await readCampaign(store.path(id))).outcome;
      expect(cells.map(({ counted }) => counted)).toEqual(outcome.cells.map(({ counted }) => counted));
    }
    expect(interrupted).toBeGreaterThanOrEqual(CAMPAIGNS / 4);
  }, 900_000);
});
