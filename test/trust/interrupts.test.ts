import { readdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Result } from "../../src/result/result.js";
import { JOURNAL_FILE, readCampaign } from "../../src/run/store/open-campaign.js";
import { seeded } from "../docker/fault-campaign.js";
import { rowsIn } from "../run/journal/journal-rows.js";
import { campaignFolder, campaignsIn, unseemly, wrongRows } from "./judged.js";
import { containersOf, networksAndVolumes, unfinishedFiles, unfinishedImages } from "./leftovers.js";
import { campaign, Room, type Ended, type Running } from "./room.js";
import { SEED, sized, tried } from "./size.js";

const RUNS = 40;
/** Between a signal and the end of the process. */
const WITHIN_MS = 2000;

type How = "Ctrl-C" | "Ctrl-C twice" | "SIGTERM" | "SIGKILL";
const TIMES: Readonly<Record<How, number>> = {
  "Ctrl-C": sized(2, 50),
  "Ctrl-C twice": sized(2, 50),
  SIGTERM: sized(1, 25),
  SIGKILL: sized(2, 25),
};

const salt = `${process.pid} ${Date.now()}`;
let typicalMs: number;
let living: { readonly room: Room; readonly running: Running };

// A campaign that goes on beside all of them, and must not notice.
beforeAll(async () => {
  const room = await Room.make(salt);
  const began = performance.now();
  expect((await room.run(campaign(RUNS))).code).toBe(0);
  typicalMs = performance.now() - began;
  const neighbour = await Room.make(`${salt} neighbour`, { slow: true });
  const args = ["run", "t.c", "--env", "glibc-2.36", "--for", "3h", "--parallel", "1", "--captures", "0"];
  const running = neighbour.start([...args, "--json", "--progress", "plain"], { deadlineMs: 7_200_000 });
  expect(await running.said(/glibc-2\.36 +\d+/)).toBe(true);
  living = { room: neighbour, running };
});
afterAll(async () => {
  living.running.child.kill("SIGKILL");
  await living.running.ended;
  await living.room.remove();
});

/** What a command that was interrupted left, or said, that it should not have. */
async function interrupted(room: Room, how: How, random: () => number, pids: number[]): Promise<string[]> {
  const running = room.start(campaign(RUNS, "--progress", "plain"));
  pids.push(running.child.pid ?? 0);
  await Promise.race([sleep(random() * typicalMs), running.ended]);
  const over = running.child.exitCode !== null;
  const began = performance.now();
  running.child.kill(how === "SIGKILL" || how === "SIGTERM" ? how : "SIGINT");
  if (how === "Ctrl-C twice") {
    await Promise.race([sleep(random() * 500), running.ended]);
    running.child.kill("SIGINT");
  }
  const ended = await running.ended;
  const took = Math.round(performance.now() - began);
  if (over) return wrongEnd(ended);
  slowestMs = Math.max(slowestMs, how === "SIGKILL" ? 0 : took);
  const found = how === "SIGKILL" ? [] : wrongEnd(ended);
  if (took > WITHIN_MS) found.push(`took ${took} ms`);
  if (how !== "SIGKILL") {
    const left = await containersOf([ended.pid]);
    if (left.length > 0) found.push(`left ${left.join()}; it said: ${ended.stderr.slice(-1000)}`);
  }
  return [...found, ...(await goesOn(room, ended))];
}

let slowestMs = 0;

function wrongEnd({ code, signal, stderr, hung }: Ended): string[] {
  const found = unseemly(stderr);
  if (hung) found.push("hung");
  // Before vivarium listens, Node's own end by the signal is what a user gets.
  const early = stderr === "" && (signal === "SIGINT" || signal === "SIGTERM");
  if (code !== 130 && code !== 0 && !early) found.push(`exit ${code} ${signal}: ${stderr.slice(-2000)}`);
  return found;
}

/** The next start finishes what there is, with the right totals, and leaves nothing of the dead one. */
async function goesOn(room: Room, dead: Ended): Promise<string[]> {
  const [id] = await campaignsIn(room);
  // Drafts are removed once they are old enough to be nobody's.
  const past = new Date(Date.now() - 3_600_000);
  for (const file of await unfinishedFiles(room))
    await utimes(join(room.folder, ".vivarium", file), past, past);
  const begun = id !== undefined && (await readdir(campaignFolder(room, id))).includes(JOURNAL_FILE);
  const args = begun ? ["run", "--resume", id] : campaign(RUNS);
  const next = await room.run([...args, "--json"]);
  const found = next.code === 0 ? [] : [`the next start: exit ${next.code}: ${next.stderr.slice(-2000)}`];
  if (next.stdout !== "") {
    const result = Result.parse(JSON.parse(next.stdout));
    const rows = rowsIn(join(campaignFolder(room, result.id), JOURNAL_FILE))[0] ?? [];
    found.push(...wrongRows(rows));
    if (rows.length !== RUNS || result.environments[0]?.attempts !== RUNS || !result.complete)
      found.push(`${result.environments[0]?.attempts} attempts, ${rows.length} rows, of ${RUNS}`);
  }
  const containers = await containersOf([dead.pid, next.pid]);
  if (containers.length > 0) found.push(`containers left: ${containers.join()}`);
  const files = await unfinishedFiles(room);
  if (files.length > 0) found.push(`files left: ${files.join()}`);
  return found;
}

it.each(Object.keys(TIMES) as How[])(
  "%s at any moment: ends in time, leaves nothing, and goes on with the right totals",
  async (how) => {
    const random = seeded(SEED + Object.keys(TIMES).indexOf(how));
    const pids: number[] = [];
    const wrong: string[] = [];
    slowestMs = 0;
    for (let each = 0; each < TIMES[how]; each++) {
      // One in three is interrupted while its program is built, or before.
      const room = await Room.make(each % 3 === 0 ? `${salt} ${how} ${each}` : salt);
      wrong.push(...(await interrupted(room, how, random, pids)).map((what) => `${how} ${each}: ${what}`));
      await room.remove();
    }
    expect(wrong).toEqual([]);
    expect(await unfinishedImages(pids)).toEqual([]);
    expect(await networksAndVolumes()).toEqual([]);
    tried({
      what: "interrupts",
      of: how,
      count: TIMES[how],
      seed: SEED,
      outcome:
        how === "SIGKILL"
          ? "each went on with the right totals; nothing left"
          : `each ended in time, the slowest after ${slowestMs} ms; nothing left; each went on with the right totals`,
    });
  },
  7_200_000,
);

it("a living campaign beside them lost nothing", async () => {
  const { room, running } = living;
  expect(running.child.exitCode).toBeNull();
  expect(await containersOf([running.child.pid ?? 0])).not.toEqual([]);
  running.child.kill("SIGINT");
  const ended = await running.ended;
  expect(ended.code).toBe(130);
  const [id = ""] = await campaignsIn(room);
  const { outcome } = await readCampaign(campaignFolder(room, id));
  const rows = rowsIn(join(campaignFolder(room, id), JOURNAL_FILE))[0] ?? [];
  expect(wrongRows(rows)).toEqual([]);
  expect(outcome.infra).toEqual([]);
  expect(outcome.cells).toMatchObject([{ attempts: rows.length, infra: 0 }]);
  expect(await containersOf([ended.pid])).toEqual([]);
});
