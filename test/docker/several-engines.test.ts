import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attemptPlace } from "../../src/campaign/attempt-place.js";
import { connect } from "../../src/docker/connection/connect.js";
import type { Engine } from "../../src/docker/engine.js";
import type { Cell } from "../../src/plan/plan.js";
import type { ProgressSink } from "../../src/progress/event.js";
import { runCampaign } from "../../src/run/campaign.js";
import { beginCampaign, JOURNAL_FILE } from "../../src/run/store/open-campaign.js";
import { CampaignStore } from "../../src/run/store/store.js";
import { noStatistics } from "../run/drawn-executor.js";
import { numbersIn } from "../run/journal/journal-rows.js";
import { OwnEngine } from "../trust/own-engine.js";
import { campaignLabels, endJudge, engineProgram, withItsRunner } from "./campaign-on-engine.js";
import { containersNamed } from "./raw.js";
import { runnerImage } from "./runner-image.js";

/** A small part of `npm run test:swarm`: the machine's engine and one beside it, with an image of a few static programs. */
let second: OwnEngine;
let engine: Engine;
let other: Engine;
let image: string;
let root: string;

beforeAll(async () => {
  second = await OwnEngine.start();
  engine = await connect({ env: process.env });
  other = await connect({ env: {}, host: second.host });
  image = await runnerImage(engine);
  root = await mkdtemp(join(tmpdir(), "vivarium-several-"));
}, 300_000);
afterAll(async () => {
  for (const each of [engine, other]) {
    await each?.removeAllLive();
    each?.close();
  }
  await second?.remove();
  await rm(root, { recursive: true, force: true });
});

/** A campaign of a program of the small image, spread over both engines. */
async function spread(argv: readonly string[], runs: number, onAttempts: () => void = () => undefined) {
  const shape = { cells: ["a", "b"], stop: { kind: "runs" as const, runs }, parallel: 4, block: 20 };
  const { plan, binaries } = engineProgram(image, shape, argv);
  const known = await withItsRunner(engine, binaries);
  const campaign = await beginCampaign(new CampaignStore(root), plan, known);
  const { signal } = new AbortController();
  const quiet = { sink: () => undefined, signal };
  const place = await attemptPlace(
    { plan, engine, others: [other], ...quiet },
    campaignLabels(campaign),
    campaign.sinceStart,
  );
  const outcome = await runCampaign({
    campaign,
    binaries: known,
    executor: place.executor,
    judge: endJudge,
    statistics: noStatistics,
    progress: ({ kind }) => kind === "attempts" && onAttempts(),
    signal,
  });
  await campaign.close();
  const numbers = numbersIn(join(campaign.folder, JOURNAL_FILE));
  return { outcome, numbers, machines: await place.machines() };
}

const LABELS = { "vivarium.test": "several" };

const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

describe("a campaign on two engines without a cluster", () => {
  it("makes every attempt once, every cell on both, and leaves nothing", { timeout: 300_000 }, async () => {
    const { outcome, numbers, machines } = await spread(["end-by-number", "-"], 400);
    expect(machines).toHaveLength(2);
    expect(new Set(machines?.map(({ id }) => id)).size).toBe(2);
    expect(outcome).toMatchObject({ complete: true, infra: [] });
    for (const { attempts, nodes } of outcome.cells) {
      expect(attempts).toBe(400);
      expect(nodes.map(({ node }) => node).sort()).toEqual(machines?.map(({ id }) => id).sort());
    }
    expect(numbers).toEqual([upTo(400), upTo(400)]);
    expect(await containersNamed("vivarium-", second.socket)).toEqual([]);
  });

  it("makes a killed engine's attempts on the other one", { timeout: 300_000 }, async () => {
    let killed: Promise<void> | null = null;
    const { outcome, numbers } = await spread(["burn", "30"], 40, () => {
      killed ??= second.kill();
    });
    await (killed as Promise<void> | null);
    await second.start();
    expect(outcome.complete).toBe(true);
    expect(outcome.infra.length).toBeGreaterThan(0);
    expect(numbers).toEqual([upTo(40), upTo(40)]);
  });

  it("looks at a crash on the other engine where the one that met it is gone", async () => {
    const { plan } = engineProgram(image, { stop: { kind: "runs", runs: 1 } }, ["-"]);
    const notes: string[] = [];
    const sink: ProgressSink = (event) => void (event.kind === "note" && notes.push(event.text));
    const { signal } = new AbortController();
    const place = await attemptPlace({ plan, engine, others: [other], sink, signal }, LABELS, () => 0);
    const machines = (await place.machines()) ?? [];
    const [first, met] = machines.map(({ hostname }) => hostname);
    await second.kill();
    try {
      const { run } = plan.cells[0] as Cell;
      const output = { head: 100, tail: 100, keep: "all" } as const;
      const what = "a crash";
      const task = { image, argv: ["/attempt", "-"], run, condition: null, output, labels: LABELS, what };
      const slot = await place
        .captures(machines[1]?.id)
        .open({ task: { ...task, instrument: null }, signal, elapsed: () => 0 });
      const attempts = [];
      for await (const batch of slot.run(1, 1)) attempts.push(...batch);
      await slot.close();
      expect(attempts).toHaveLength(1);
      expect(notes.at(-1)).toMatch(new RegExp(`^${met} can't run gdb, so ${first} does: `));
    } finally {
      await second.start();
    }
  });

  it("refuses one engine under two addresses", async () => {
    const shape = { stop: { kind: "runs" as const, runs: 1 } };
    const { plan } = engineProgram(image, shape, ["-"]);
    const same = {
      plan,
      engine,
      others: [engine],
      sink: () => undefined,
      signal: new AbortController().signal,
    };
    await expect(attemptPlace(same, {}, () => 0)).rejects.toThrow(/one and the same engine/);
  });
});
