import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { infrastructure } from "../../src/failure.js";
import type { Attempt } from "../../src/run/attempt.js";
import { runCampaign } from "../../src/run/campaign.js";
import { SeveralEngines } from "../../src/run/engines/several-engines.js";
import { MachineLoads } from "../../src/run/machine-loads.js";
import type { Executor, Slot } from "../../src/run/runner/executor.js";
import { beginCampaign, JOURNAL_FILE, readCampaign } from "../../src/run/store/open-campaign.js";
import { CampaignStore } from "../../src/run/store/store.js";
import { endJudge } from "../docker/campaign-on-engine.js";
import { seeded } from "../docker/fault-campaign.js";
import { noStatistics } from "../run/drawn-executor.js";
import { binariesOf, planOf } from "../run/plans.js";

/** Attempts of the larger campaign: SCALE=1e7 takes five times as long. */
const SCALE = Number(process.env["SCALE"] ?? 2e6);
const MACHINES = 1000;
const PARALLEL = 256;
const BLOCK = 5000;
const BATCH = 1000;
/** One attempt in so many crashes, one block in so many is lost, one in so many takes long. */
const CRASH = 1e5;
const LOSS = 20;
const STRAGGLER = 50;
/** What lives is asked for so often, after what does not was let go. */
const LOOK_MS = Number(process.env["LOOK_MS"] ?? 1000);
const MiB = 1024 ** 2;

/** A machine of nobody's: what it reports is drawn, as are its losses and delays. */
class DrawnMachine implements Executor {
  constructor(
    private readonly random: () => number,
    private readonly tell: (what: "loss" | "straggler") => void,
  ) {}

  open(): Promise<Slot> {
    return Promise.resolve({ run: (first, count) => this.run(first, count), close: () => Promise.resolve() });
  }

  private async *run(first: number, count: number): AsyncGenerator<readonly Attempt[]> {
    const end = first + count;
    const lostAt = this.random() < 1 / LOSS ? first + this.random() * count : Infinity;
    if (this.random() < 1 / STRAGGLER) {
      this.tell("straggler");
      await sleep(20);
    }
    for (let next = first; next < end; next += BATCH) {
      await turn();
      if (next > lostAt) {
        this.tell("loss");
        throw infrastructure("the machine is gone");
      }
      yield Array.from({ length: Math.min(BATCH, end - next) }, (_, i) => attempt(next + i));
    }
  }
}

/** Bytes on the heap that something still holds. Needs node's --expose-gc (vitest.config.ts beside this). */
function live(): number {
  (globalThis.gc as () => void)();
  return process.memoryUsage().heapUsed;
}

/** By its number, so that the total is known however attempts were spread. */
function attempt(number: number): Attempt {
  return {
    number,
    startMs: number / 1000,
    durationMs: 1.5,
    userMs: 1,
    systemMs: 0.5,
    maxRssKiB: 900,
    status: number % CRASH === 0 ? 11 : 0,
    timedOut: false,
    leftovers: 0,
    bytesOut: 0,
    bytesErr: 0,
    output: null,
  };
}

async function campaignOf(runs: number) {
  const root = await mkdtemp(join(tmpdir(), "vivarium-scale-"));
  const random = seeded(13470);
  const told = { loss: 0, straggler: 0 };
  const engines = Array.from({ length: MACHINES }, (_, i) => ({
    machine: { id: `m${i}`, hostname: `m${i}`, engine: "1", kernel: "1", cpus: 64, memory: 1 },
    executor: new DrawnMachine(random, (what) => told[what]++),
    provide: () => Promise.resolve(),
  }));
  try {
    const plan = planOf({
      cells: ["a", "b"],
      stop: { kind: "runs", runs: runs / 2 },
      parallel: PARALLEL,
      block: BLOCK,
    });
    const binaries = binariesOf(plan);
    const campaign = await beginCampaign(new CampaignStore(root), plan, binaries);
    const before = live();
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, live())), LOOK_MS);
    const began = performance.now();
    const outcome = await runCampaign({
      campaign,
      binaries,
      executor: new SeveralEngines(engines),
      judge: endJudge,
      statistics: noStatistics,
      progress: () => undefined,
      signal: new AbortController().signal,
    });
    const seconds = (performance.now() - began) / 1000;
    clearInterval(watch);
    await campaign.close();
    const journal = (await stat(join(campaign.folder, JOURNAL_FILE))).size;
    const readBegan = performance.now();
    await readCampaign(campaign.folder);
    const readSeconds = (performance.now() - readBegan) / 1000;
    return { outcome, seconds, journal, readSeconds, heap: (Math.max(most, live()) - before) / MiB, told };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

it("a thousand machines: memory is bounded, the journal grows by what an attempt costs, losses change no count", async () => {
  const small = await campaignOf(SCALE / 10);
  const large = await campaignOf(SCALE);
  for (const { outcome } of [small, large]) expect(outcome.complete).toBe(true);
  for (const { attempts, counted, nodes } of large.outcome.cells) {
    expect(attempts).toBe(SCALE / 2);
    expect(counted).toBe(Math.floor(SCALE / 2 / CRASH));
    expect(nodes.reduce((sum, node) => sum + node.attempts, 0)).toBe(SCALE / 2);
  }
  const per = large.journal / SCALE;
  console.log(
    `${SCALE} attempts on ${MACHINES} machines: ${Math.round(SCALE / large.seconds)} attempts/s; heap +${large.heap.toFixed(0)} MiB ` +
      `(${SCALE / 10}: +${small.heap.toFixed(0)} MiB); journal ${per.toFixed(1)} bytes an attempt, ` +
      `${(large.journal / MiB / large.seconds).toFixed(1)} MiB/s; read again in ${large.readSeconds.toFixed(1)} s; ` +
      `${large.told.loss} blocks lost, ${large.told.straggler} stragglers`,
  );
  // What is known of a campaign does not grow with its attempts.
  expect(large.heap).toBeLessThan(3 * Math.max(small.heap, 64));
  expect(large.journal / SCALE).toBeLessThan((1.2 * small.journal) / (SCALE / 10));
});

it("chooses among a thousand machines as fast as a block needs", () => {
  const loads = new MachineLoads();
  const machines = Array.from({ length: MACHINES }, (_, i) => ({
    id: `m${i}`,
    hostname: `m${i}`,
    ready: true,
    engine: "1",
    kernel: null,
    cpus: 64,
    memory: 1,
  }));
  const began = performance.now();
  const blocks = 2000;
  for (let i = 0; i < blocks; i++) loads.take(machines, i % 2 === 0 ? "a" : "b", BLOCK);
  const each = (performance.now() - began) / blocks;
  console.log(`a machine is chosen in ${each.toFixed(2)} ms; 10^9 attempts are ${1e9 / BLOCK} choices`);
  // A block of 5,000 attempts takes seconds: a choice is none of them.
  expect(each).toBeLessThan(100);
});
