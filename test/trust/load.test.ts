import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import pLimit from "p-limit";
import { wrongs } from "./judged.js";
import { containersOf } from "./leftovers.js";
import { campaign, Room, type Ended } from "./room.js";
import { FULL, sized, tried } from "./size.js";

const RUNS = 10;
const IN_A_ROW = sized(3, 200);
const SIDE_BY_SIDE = sized(3, 8);

/** Open files and resident memory (KiB) of the engine's own process, where it can be seen. */
function engineSize(): { readonly files: number; readonly kib: number } | null {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/comm`, "utf8").trim() !== "dockerd") continue;
      const rss = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
      return { files: readdirSync(`/proc/${pid}/fd`).length, kib: Number(rss?.[1]) };
    } catch {
      // It ended, or is somebody else's.
    }
  }
  return null;
}

async function run(room: Room): Promise<Ended> {
  const ended = await room.run(campaign(RUNS, "--json"));
  expect(wrongs(room, ended, RUNS)).toEqual([]);
  expect(ended.code).toBe(0);
  return ended;
}

it(`${IN_A_ROW} campaigns in a row and ${SIDE_BY_SIDE} side by side leave no container and no open file`, async () => {
  const room = await Room.make("load");
  const pids = [(await run(room)).pid];
  const before = engineSize();
  for (let each = 0; each < IN_A_ROW; each++) pids.push((await run(room)).pid);
  const limit = pLimit(SIDE_BY_SIDE);
  const together = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => limit(() => run(room))));
  pids.push(...together.map(({ pid }) => pid));
  const after = engineSize();
  expect(await containersOf(pids)).toEqual([]);
  // One descriptor leaked a campaign would be as many as there were campaigns; a few others' come and go.
  if (FULL && before && after) expect(after.files - before.files).toBeLessThan(IN_A_ROW);
  await room.remove();
  const grew = before && after ? `the engine has ${after.files - before.files} more open files` : "";
  tried({
    what: "campaigns",
    of: `${IN_A_ROW} in a row, ${SIDE_BY_SIDE} side by side`,
    count: IN_A_ROW + SIDE_BY_SIDE,
    seed: null,
    outcome: `no container left; ${grew}`,
  });
}, 7_200_000);
