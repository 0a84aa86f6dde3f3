import { afterAll, beforeAll, expect, it } from "vitest";
import pLimit from "p-limit";
import { wrongs } from "./judged.js";
import { OwnEngine } from "./own-engine.js";
import { campaign, Room, type Ended } from "./room.js";
import { sized, tried } from "./size.js";

const RUNS = 10;
const IN_A_ROW = sized(3, 200);
const SIDE_BY_SIDE = sized(3, 8);
/** What an engine may keep of so many containers, in its caches; a leak of one descriptor a campaign would be more. */
const FILES = 16;
const KIB_EACH = 256;

// An engine of its own: what is open there, and what it says, is this load's alone.
let engine: OwnEngine;
let room: Room;
beforeAll(async () => {
  engine = await OwnEngine.start();
  room = await Room.make("load");
  const { stdout } = await room.run(campaign(1, "--json"));
  await engine.takeAncestorsOf(JSON.parse(stdout).environments[0].image as string);
});
afterAll(async () => {
  await engine.remove();
  await room.remove();
});

async function run(): Promise<Ended> {
  const ended = await room.run(campaign(RUNS, "--json"), { env: { DOCKER_HOST: engine.host } });
  expect(wrongs(room, ended, RUNS)).toEqual([]);
  expect(ended.code).toBe(0);
  return ended;
}

it(`${IN_A_ROW} campaigns in a row and ${SIDE_BY_SIDE} side by side leave no container, file or memory, and no error in the engine's log`, async () => {
  await run();
  const before = engine.size();
  const errors = engine.errors.length;
  for (let each = 0; each < IN_A_ROW; each++) await run();
  const limit = pLimit(SIDE_BY_SIDE);
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => limit(run)));
  const after = engine.size();
  expect(await engine.containers()).toEqual([]);
  expect(engine.errors.slice(errors)).toEqual([]);
  expect(after.files - before.files).toBeLessThan(FILES + IN_A_ROW / 4);
  if (IN_A_ROW >= 100) expect(after.kib - before.kib).toBeLessThan(KIB_EACH * IN_A_ROW);
  tried({
    what: "campaigns",
    of: `${IN_A_ROW} in a row, ${SIDE_BY_SIDE} side by side`,
    count: IN_A_ROW + SIDE_BY_SIDE,
    seed: null,
    outcome: `no container left, no error in the engine's log; the engine has ${after.files - before.files} more open files and ${after.kib - before.kib} KiB`,
  });
}, 7_200_000);
