import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../src/docker/connection/connect.js";
import type { Engine } from "../../src/docker/engine.js";
import { runCampaign, type CampaignInput } from "../../src/run/campaign.js";
import type { RowContent } from "../../src/run/journal/attempt-row.js";
import { beginCampaign, JOURNAL_FILE, type OpenCampaign } from "../../src/run/store/open-campaign.js";
import { CampaignStore } from "../../src/run/store/store.js";
import { SwarmSlots } from "../../src/run/swarm/swarm-slots.js";
import { noStatistics } from "../run/drawn-executor.js";
import { rowsIn } from "../run/journal/journal-rows.js";
import { ThreeEngines } from "../swarm/three-engines.js";
import { imageFiles } from "../../src/images/instrument.js";
import { campaignLabels, endJudge, engineProgram, withItsRunner } from "./campaign-on-engine.js";
import { openEngine } from "./engines.js";
import { runnerImage } from "./runner-image.js";

/** A small part of `npm run test:swarm`: three real engines, a real registry, an image of a few static programs. */
let engines: ThreeEngines;
let manager: Engine;
let image: string;
let published: string;
let store: CampaignStore;
let root: string;

beforeAll(async () => {
  image = await runnerImage(await openEngine());
  root = await mkdtemp(join(tmpdir(), "vivarium-swarm-campaigns-"));
  store = new CampaignStore(root);
  engines = await ThreeEngines.start();
  await engines.take([image]);
  manager = await connect({ env: {}, host: engines.host });
  published = await manager.pushImage(image, `${engines.registry}/vivarium-test/runner:1`);
}, 300_000);
afterAll(async () => {
  await manager?.removeAllLive();
  manager?.close();
  await engines?.remove();
  await rm(root, { recursive: true, force: true });
}, 120_000);

async function runOnSwarm(
  campaign: OpenCampaign,
  binaries: CampaignInput["binaries"],
  progress: CampaignInput["progress"] = () => undefined,
) {
  return runCampaign({
    campaign,
    binaries: await withItsRunner(manager, binaries),
    executor: new SwarmSlots({
      swarm: manager.swarm,
      filesOf: (each) => imageFiles(manager, each),
      published: () => Promise.resolve(published),
      labels: campaignLabels(campaign),
      sinceStart: campaign.sinceStart,
    }),
    judge: endJudge,
    statistics: noStatistics,
    progress,
    signal: new AbortController().signal,
  });
}

const numbersOf = (rows: readonly RowContent[]): number[] => rows.map(({ attempt }) => attempt.number);

describe("a campaign on a swarm of three engines", () => {
  it(
    "makes every attempt once, every cell on every node, and leaves nothing",
    { timeout: 300_000 },
    async () => {
      const shape = {
        cells: ["a", "b"],
        stop: { kind: "runs" as const, runs: 600 },
        parallel: 6,
        block: 100,
      };
      const { plan, binaries } = engineProgram(image, shape, ["end-by-number", "-"]);
      const campaign = await beginCampaign(store, plan, binaries);
      const outcome = await runOnSwarm(campaign, binaries);
      await campaign.close();
      expect(outcome).toMatchObject({ complete: true, infra: [] });
      for (const cell of outcome.cells) {
        expect(cell).toMatchObject({ attempts: 600, infra: 0, ending: "reached" });
        expect(cell.nodes).toHaveLength(3);
        expect(cell.nodes.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(600);
        // The program told its end before it came to it.
        for (const { key, kept } of cell.keys)
          for (const { output } of kept) expect(output?.stdout.head.toString()).toBe(key);
      }
      for (const rows of rowsIn(join(campaign.folder, JOURNAL_FILE)))
        expect(new Set(numbersOf(rows)).size).toBe(600);
      expect(await engines.services()).toEqual([]);
    },
  );

  it("confines an attempt as on one engine", { timeout: 120_000 }, async () => {
    const shape = { stop: { kind: "runs" as const, runs: 1 }, parallel: 1, perSignature: 1 };
    const { plan, binaries } = engineProgram(image, shape, ["copy", "/proc/self/status"]);
    const wide = { ...plan, output: { ...plan.output, head: 16384 } };
    const campaign = await beginCampaign(store, wide, binaries);
    const outcome = await runOnSwarm(campaign, binaries);
    await campaign.close();
    const said = outcome.cells[0]?.keys[0]?.kept[0]?.output?.stdout.head.toString() ?? "";
    expect(said).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m);
    expect(said).toMatch(/^CapBnd:\t0{16}$/m);
    expect(said).toMatch(/^NoNewPrivs:\t1$/m);
    expect(said).toMatch(/^Seccomp:\t2$/m);
  });

  it("loses a node, says so, and makes its attempts on the others", { timeout: 300_000 }, async () => {
    const shape = { stop: { kind: "runs" as const, runs: 60 }, parallel: 3, block: 10 };
    const { plan, binaries } = engineProgram(image, shape, ["burn", "60"]);
    const campaign = await beginCampaign(store, plan, binaries);
    let killed: Promise<void> | null = null;
    const outcome = await runOnSwarm(campaign, binaries, ({ kind }) => {
      if (kind === "attempts") killed ??= engines.kill(3);
    });
    expect(killed).not.toBeNull();
    await (killed as Promise<void> | null);
    await campaign.close();
    expect(outcome).toMatchObject({ complete: true });
    expect(outcome.cells[0]).toMatchObject({ attempts: 60, ending: "reached" });
    expect(outcome.infra.map(({ message }) => message).join("\n")).toMatch(/node|log|said nothing/);
    const [rows = []] = rowsIn(join(campaign.folder, JOURNAL_FILE));
    expect(numbersOf(rows).sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
  });
});
