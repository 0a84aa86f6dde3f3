import { expect, it } from "vitest";
import pLimit from "p-limit";
import { drawFault, seeded } from "../docker/fault-campaign.js";
import { FaultProxy, type Injection } from "../docker/proxy.js";
import { containersOf, unfinishedImages } from "./leftovers.js";
import { wrongs } from "./judged.js";
import { campaign, Room, type Ended } from "./room.js";
import { FULL, SEED, sized, tried } from "./size.js";

const FAULTS = sized(6, 200);
const RUNS = 9;
/** Of the faults, this part hits a campaign whose program must be built first. */
const COLD = 0.3;
/** Time limits are a tenth of a user's, so that what stalls is given up soon; the longest, a runner's silence, is not scaled. */
const PATIENCE = "0.1";

/** Runs a campaign through a proxy; returns how it ended and which requests it made. */
async function through(proxy: FaultProxy, room: Room): Promise<Ended> {
  const env = { DOCKER_HOST: proxy.host, VIVARIUM_PATIENCE: PATIENCE };
  return room.run(campaign(RUNS, "--json", "--progress", "plain"), { env, deadlineMs: 420_000 });
}

it(`any of ${FAULTS} faults of the engine, at any stage of a run, gives the right result or a message and exit 3`, async () => {
  const random = seeded(SEED);
  const salt = `${process.pid} ${Date.now()}`;
  const proxy = await FaultProxy.open();
  const warm = await Room.make(salt);
  const requests = { cold: 0, warm: 0 };
  const pids: number[] = [];
  try {
    for (const kind of ["cold", "warm"] as const) {
      const seen = proxy.requests.length;
      const ended = await through(proxy, warm);
      expect(wrongs(warm, ended, RUNS)).toEqual([]);
      expect(ended.code).toBe(0);
      requests[kind] = proxy.requests.length - seen;
    }
  } finally {
    await proxy.close();
    await warm.remove();
  }
  // Drawn before anything runs, so that the seed decides all of them, in whatever order they end.
  const drawn = Array.from({ length: FAULTS }, (_, i): { cold: boolean; injection: Injection } => {
    const cold = i % 10 < COLD * 10;
    return { cold, injection: drawFault(random, cold ? requests.cold : requests.warm) };
  });
  const limit = pLimit(FULL ? 3 : 2);
  const outcomes = await Promise.all(
    drawn.map(({ cold, injection }, i) =>
      limit(async () => {
        const room = await Room.make(cold ? `${salt} ${i}` : salt);
        const own = await FaultProxy.open();
        own.inject(injection);
        try {
          const ended = await through(own, room);
          pids.push(ended.pid);
          const what = wrongs(room, ended, RUNS).join("; ");
          const request = own.hits[0] ?? null;
          if (FULL)
            console.log(`${i} ${JSON.stringify(injection)} at ${request}: exit ${ended.code} ${what}`);
          return { fault: JSON.stringify(injection), request, code: ended.code, what };
        } finally {
          await own.close();
          await room.remove();
        }
      }),
    ),
  );
  expect(outcomes.filter(({ what }) => what !== "")).toEqual([]);
  const right = outcomes.filter(({ code }) => code === 0).length;
  // Both must be seen: faults that harm nothing, or that nothing survives, would show nothing.
  expect(right).toBeGreaterThan(0);
  if (FULL) expect(right).toBeLessThan(FAULTS);
  // What a fault kept a command from removing, the next start removes.
  const next = await Room.make(salt);
  expect((await next.run(campaign(RUNS, "--json"))).code).toBe(0);
  await next.remove();
  expect(await containersOf(pids)).toEqual([]);
  expect(await unfinishedImages(pids)).toEqual([]);
  const hit = outcomes.filter(({ request }) => request !== null).length;
  tried({
    what: "faults",
    of: "whole commands",
    count: FAULTS,
    seed: SEED,
    outcome: `${hit} met a request; ${right} right results, ${FAULTS - right} exits 3 with a message, none wrong`,
  });
}, 7_200_000);
