import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { pack } from "tar-stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect } from "../../src/docker/connection/connect.js";
import { JOURNAL_FILE, readCampaign } from "../../src/run/store/open-campaign.js";
import { seeded } from "../docker/fault-campaign.js";
import { ask, containersNamed } from "../docker/raw.js";
import { campaignFolder, campaignsIn, wrongs } from "./judged.js";
import { unfinishedImages } from "./leftovers.js";
import { OwnEngine } from "./own-engine.js";
import { campaign, Room, type Running } from "./room.js";
import { SEED, sized, tried } from "./size.js";

const RUNS = 30;
/** Of each stage: so many come back at once, as many later. */
const KILLS = sized(1, 4);

/** What a campaign says when it is there, and for how long it stays, about. */
const STAGES = {
  build: { says: "program default on glibc-2.36 ...", forMs: 2500 },
  attempts: { says: /program default on glibc-2\.36: (cached|done)/, forMs: 3500 },
  capture: { says: "Capturing the crash", forMs: 700 },
} as const;
type Stage = keyof typeof STAGES;

let engine: OwnEngine;
beforeAll(async () => {
  engine = await OwnEngine.start();
  // The program is built on the machine's engine, to learn which images it takes.
  const room = await Room.make("engine-kill");
  const { stdout } = await room.run(campaign(1, "--json"));
  await engine.takeAncestorsOf(JSON.parse(stdout).environments[0].image as string);
  await room.remove();
});
afterAll(() => engine.remove());

const command = campaign(RUNS, "--json", "--progress", "plain");
const onEngine = () => ({ env: { DOCKER_HOST: engine.host }, deadlineMs: 240_000 });

/** Kills the engine at a moment of a stage, and starts it again at once, or when the command has given up. */
async function killed(running: Running, stage: Stage, moment: number, atOnce: boolean): Promise<void> {
  if (!(await running.said(STAGES[stage].says)))
    throw new Error(`it ended before ${stage} began: ${(await running.ended).stderr.slice(-2000)}`);
  await Promise.race([sleep(moment * STAGES[stage].forMs), running.ended]);
  await engine.kill();
  if (!atOnce) await running.ended;
  await engine.start();
}

/** What is wrong with how a campaign ended whose engine was killed, and with how it went on. */
async function wrong(room: Room, running: Running): Promise<string[]> {
  const ended = await running.ended;
  const found = wrongs(room, ended, RUNS);
  const [id] = await campaignsIn(room);
  if (id !== undefined) {
    const { torn, outcome } = await readCampaign(campaignFolder(room, id));
    if (torn > 0) found.push(`${torn} bytes of ${JOURNAL_FILE} are torn`);
    if (ended.code !== 0 && outcome.complete) found.push(`exit ${ended.code} of a complete campaign`);
    // A person must be told how to go on.
    if (ended.code === 3 && !ended.stderr.includes(`vivarium run --resume ${id}`))
      found.push(`no way on: ${ended.stderr.slice(-2000)}`);
  }
  const again = id === undefined ? command : ["run", "--resume", id, "--json", "--progress", "plain"];
  const next = await room.run(again, onEngine());
  found.push(...wrongs(room, next, RUNS));
  if (next.code !== 0) found.push(`the next start: exit ${next.code}: ${next.stderr.slice(-2000)}`);
  const left = await containersNamed("vivarium-", engine.socket);
  if (left.length > 0) found.push(`containers left: ${left.join()}`);
  return found;
}

it.each(Object.keys(STAGES) as Stage[])(
  "an engine that is killed during %s costs no attempt and no verdict, and the campaign goes on when it is back",
  async (stage) => {
    const random = seeded(SEED + Object.keys(STAGES).indexOf(stage));
    const codes: (number | null)[] = [];
    const pids: number[] = [];
    for (let each = 0; each < KILLS * 2; each++) {
      const atOnce = each % 2 === 0;
      const salt = stage === "build" ? `${process.pid} ${Date.now()} ${each}` : "kill";
      const room = await Room.make(salt, { slow: true });
      const running = room.start(command, onEngine());
      await killed(running, stage, random(), atOnce);
      expect(await wrong(room, running), `${stage} ${each}: back ${atOnce ? "at once" : "later"}`).toEqual(
        [],
      );
      codes.push((await running.ended).code);
      pids.push(running.child.pid ?? 0);
      await room.remove();
    }
    expect(await unfinishedImages(pids, engine.socket)).toEqual([]);
    const gaveUp = codes.filter((code) => code === 3).length;
    // One that never fails was never without an engine. (Of a capture, attempts are there already.)
    if (stage !== "capture") expect(gaveUp).toBeGreaterThan(0);
    tried({
      what: "kills of the engine",
      of: `during ${stage}`,
      count: codes.length,
      seed: SEED,
      outcome: `${codes.length - gaveUp} ended well, ${gaveUp} with exit 3 and a message; each went on with the right totals`,
    });
  },
  3_600_000,
);

it("an engine that is killed while it takes a base image in has no half of it afterwards", async () => {
  const client = await connect({ env: {}, host: engine.host });
  const tar = pack();
  const imported = client.importImage(tar as unknown as Readable, "vivarium-test/killed:1", {
    "vivarium.test": "killed",
  });
  // A root file system that never ends: a file of 8 GiB, of which a part comes.
  const large = tar.entry({ name: "large", size: 2 ** 33 });
  large.on("error", () => undefined);
  large.write(Buffer.alloc(1 << 20));
  const failed = expect(imported).rejects.toMatchObject({ kind: "infrastructure" });
  await engine.kill();
  await failed;
  client.close();
  await engine.start();
  const { body } = await ask("GET", "/images/json?all=1", undefined, engine.socket);
  expect(JSON.stringify(body)).not.toContain("vivarium.test");
  tried({
    what: "kills of the engine",
    of: "during an import",
    count: 1,
    seed: null,
    outcome: "a failure; no image",
  });
});
