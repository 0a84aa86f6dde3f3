import { performance } from "node:perf_hooks";
import { afterAll, beforeAll, expect, it } from "vitest";
import { beginCampaign } from "../../src/run/store/open-campaign.js";
import { CampaignStore } from "../../src/run/store/store.js";
import { engineProgram, runOnEngine } from "../docker/campaign-on-engine.js";
import { openEngine } from "../docker/engines.js";
import { runnerImage } from "../docker/runner-image.js";
import { scratch } from "../scratch.js";
import { SwarmRoom } from "./swarm-room.js";

/** SWARM_RUNS: attempts of each campaign; SWARM_ROUNDS: campaigns of each kind, by turns. */
const RUNS = Number(process.env["SWARM_RUNS"] ?? 60_000);
const ROUNDS = Number(process.env["SWARM_ROUNDS"] ?? 3);
const PARALLEL = 3;
/** Blocks are as large as a plan makes them: thousands in a job of a swarm, two hundred on an engine with one environment. */
const SHAPE = { stop: { kind: "runs" as const, runs: RUNS }, parallel: PARALLEL };
const ON_SWARM = { ...SHAPE, block: Math.min(5000, Math.ceil(RUNS / (2 * PARALLEL))) };
const ON_ENGINE = { ...SHAPE, block: 200 };
/** Each takes a millisecond of a CPU: what is measured is the work, and not how fast processes are made. */
const ARGS = ["burn", "1"];

let room: SwarmRoom;
const root = scratch("throughput");
beforeAll(async () => {
  room = await SwarmRoom.make();
});
afterAll(() => room?.remove(), 120_000);

/** Seconds of a campaign, and until its first attempts were heard of. */
interface Took {
  readonly whole: number;
  readonly first: number;
}

async function timed(campaign: (heard: () => void) => Promise<{ complete: boolean }>): Promise<Took> {
  const began = performance.now();
  const since = (): number => (performance.now() - began) / 1000;
  let first = 0;
  const { complete } = await campaign(() => (first ||= since()));
  expect(complete).toBe(true);
  return { whole: since(), first };
}

const onSwarm = (): Promise<Took> =>
  timed(async (heard) => {
    const progress = ({ kind }: { kind: string }): void => void (kind === "attempts" && heard());
    return (await room.campaign(ON_SWARM, ARGS, { progress })).outcome;
  });

const onOneEngine = (): Promise<Took> =>
  timed(async (heard) => {
    const engine = await openEngine();
    const { plan, binaries } = engineProgram(await runnerImage(engine), ON_ENGINE, ARGS);
    const campaign = await beginCampaign(new CampaignStore(root), plan, binaries);
    try {
      return await runOnEngine(engine, campaign, binaries, {
        progress: ({ kind }) => kind === "attempts" && heard(),
      });
    } finally {
      await campaign.close();
    }
  });

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

it("makes as many attempts on three nodes as on one engine with as many slots: the ratio is told", async () => {
  const swarm: Took[] = [];
  const engine: Took[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    engine.push(await onOneEngine());
    swarm.push(await onSwarm());
  }
  const rates = (took: readonly Took[]): number[] => took.map(({ whole }) => RUNS / whole);
  const ratios = swarm.map(({ whole }, i) => (engine[i] as Took).whole / whole);
  console.log(
    `${RUNS} attempts, ${PARALLEL} slots, ${ROUNDS} rounds by turns: engine ${median(rates(engine)).toFixed(0)}/s, ` +
      `three nodes ${median(rates(swarm)).toFixed(0)}/s; ratios ${ratios.map((ratio) => ratio.toFixed(2)).join(", ")}; ` +
      `until the first attempt: engine ${median(engine.map(({ first }) => first)).toFixed(2)} s, ` +
      `three nodes ${median(swarm.map(({ first }) => first)).toFixed(2)} s`,
  );
});
