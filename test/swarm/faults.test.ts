import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { seeded } from "../docker/fault-campaign.js";
import { Relay } from "./relay.js";
import { SwarmRoom, type Made } from "./swarm-room.js";

/** SWARM_FAULTS: of each kind a part of the full number, for a quick look; default 1, all of them. */
const PART = Number(process.env["SWARM_FAULTS"] ?? 1);
const SEED = Number(process.env["SWARM_SEED"] ?? 13470);
const RUNS = 120;
const SHAPE = {
  cells: ["a", "b"],
  stop: { kind: "runs" as const, runs: RUNS },
  parallel: 6,
  block: 20,
};
const ARGS = ["sleep", "100"];
/** A campaign that nothing happens to takes about so long. */
const SPAN_MS = 8_000;
const ALL = Array.from({ length: RUNS }, (_, i) => i + 1);

let room: SwarmRoom;
beforeAll(async () => {
  room = await SwarmRoom.make();
});
afterAll(() => room?.remove(), 120_000);

/** What happens to a campaign, at a moment of its own; it is mended afterwards, whatever became of the campaign. */
interface Fault {
  readonly what: string;
  readonly times: number;
  readonly host?: () => string;
  /** Does harm for a while, and resolves once it is mended. */
  readonly strike: (random: () => number) => Promise<void>;
}

let relay: Relay | null = null;
const FAULTS: readonly Fault[] = [
  {
    what: "a node's engine is killed",
    times: 20,
    strike: async (random) => {
      const node = 2 + Math.floor(random() * 2);
      await room.engines.kill(node);
      await sleep(random() * 10_000);
      await room.engines.restart(node);
    },
  },
  {
    what: "the manager's socket is cut",
    times: 20,
    host: () => (relay as Relay).host,
    strike: async (random) => {
      (relay as Relay).isCut = true;
      await sleep(random() * 8_000);
      (relay as Relay).isCut = false;
    },
  },
  {
    what: "a node is parted from the others",
    times: 10,
    strike: async (random) => {
      const node = 2 + Math.floor(random() * 2);
      await room.engines.part(node, true);
      await sleep(random() * 20_000);
      await room.engines.part(node, false);
    },
  },
];

/** The campaign as it ends, gone on with as long as it is not complete. */
async function whole(first: Made): Promise<{ readonly made: Made; readonly starts: number }> {
  let made = first;
  let starts = 1;
  for (; !made.outcome.complete && starts < 5; starts++) {
    await room.engines.ready();
    made = await room.campaign(SHAPE, ARGS, { resume: made.id });
  }
  return { made, starts };
}

it.each(FAULTS)(
  "$what: every campaign ends right or is gone on with, and says what was lost",
  async (fault) => {
    relay = await Relay.to(room.engines.socket(1));
    const random = seeded(SEED + fault.times + fault.what.length);
    const sum = { campaigns: 0, lost: 0, resumed: 0 };
    for (let turn = 0; turn < Math.max(1, Math.round(fault.times * PART)); turn++) {
      await room.engines.ready();
      const running = room.campaign(SHAPE, ARGS, { host: fault.host?.() ?? room.engines.host });
      const settled = running.catch((error: unknown) => error as Error);
      await sleep(random() * SPAN_MS);
      await fault.strike(random);
      const first = await settled;
      if (first instanceof Error) throw first;
      const { made, starts } = await whole(first);
      expect(made.outcome, `${fault.what} ${turn}: ${JSON.stringify(made.outcome.infra)}`).toMatchObject({
        complete: true,
      });
      expect(made.numbers, `${fault.what} ${turn}`).toEqual([ALL, ALL]);
      for (const cell of made.outcome.cells)
        expect(cell.nodes.reduce((all, { attempts }) => all + attempts, 0)).toBe(RUNS);
      // What gives up says why.
      if (starts > 1) expect(first.outcome.infra.length).toBeGreaterThan(0);
      sum.campaigns++;
      sum.lost += first.outcome.infra.length;
      sum.resumed += starts - 1;
    }
    relay.close();
    console.log(
      `${fault.what}, ${sum.campaigns} times (seed ${SEED}): ${sum.campaigns} campaigns right; ${sum.lost} losses told, ${sum.resumed} times gone on with`,
    );
  },
);

it("leaves no job behind, and nothing on a node that was there all the time", async () => {
  expect(await room.engines.services()).toEqual([]);
  await expect.poll(() => room.engines.left(1), { timeout: 60_000, interval: 1000 }).toEqual([]);
});
