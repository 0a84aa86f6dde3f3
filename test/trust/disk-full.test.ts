import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Result } from "../../src/result/result.js";
import { campaignFolder, campaignsIn, unseemly, wrongs } from "./judged.js";
import { campaign, Room } from "./room.js";
import { FULL, tried } from "./size.js";

const execute = promisify(execFile);
const RUNS = 30;
const DISK_KIB = 1024;
/** Free space, KiB: a campaign writes some 90, the first of them its staged repro, the last its page. */
const FREE = FULL ? Array.from({ length: 26 }, (_, i) => i * 4) : [0, 8, 16, 40, 64];

let disk: string;
const salt = `${process.pid} ${Date.now()}`;
beforeAll(async () => {
  disk = await mkdtemp(join(tmpdir(), "vivarium-disk-"));
  await execute("mount", ["-t", "tmpfs", "-o", `size=${DISK_KIB}k`, "tmpfs", disk]);
  const warm = await Room.make(salt);
  expect((await warm.run(campaign(RUNS))).code).toBe(0);
  await warm.remove();
});
afterAll(async () => {
  await execute("umount", [disk]);
  await rm(disk, { recursive: true });
});

/** Fills the disk, so that so much is free, with a file that is gone when `free` is called. */
async function fill(freeKiB: number): Promise<() => Promise<void>> {
  const path = join(disk, "filler");
  const { stdout } = await execute("df", ["--output=avail", "-k", disk]);
  const avail = Number(stdout.trim().split("\n").at(-1));
  await writeFile(path, Buffer.alloc(Math.max(0, avail - freeKiB) * 1024));
  return () => truncate(path, 0);
}

async function everyFile(room: Room): Promise<string[]> {
  const entries = await readdir(join(room.folder, ".vivarium"), {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

it.each(FREE)(
  "with %i KiB free: a clear message, no file torn, and the campaign goes on when there is room",
  async (free) => {
    for (const name of await readdir(disk)) await rm(join(disk, name), { recursive: true, force: true });
    const room = await Room.make(salt, { folder: disk });
    const makeRoom = await fill(free);
    const ended = await room.run(campaign(RUNS, "--json", "--progress", "plain"));
    expect(unseemly(ended.stderr)).toEqual([]);
    if (ended.code !== 0) {
      expect(ended).toMatchObject({ code: 3 });
      expect(ended.stderr).toMatch(/space|ENOSPC/);
    }
    for (const file of await everyFile(room)) {
      // Each file is there whole or not at all; a journal is whole up to its last line.
      if (file.endsWith("result.json")) Result.parse(JSON.parse(await readFile(file, "utf8")));
      if (file.endsWith("report.html")) expect(await readFile(file, "utf8")).toMatch(/<\/html>\s*$/);
      expect(file).not.toMatch(/\.part|\.draft/);
    }
    await makeRoom();
    const [id] = await campaignsIn(room);
    const args = id === undefined ? campaign(RUNS) : ["run", "--resume", id];
    const next = await room.run([...args, "--json"]);
    expect(next).toMatchObject({ code: 0 });
    expect(wrongs(room, next, RUNS)).toEqual([]);
    if (id !== undefined) expect(await readdir(campaignFolder(room, id))).toContain("result.json");
    tried({
      what: "full disks",
      of: `${free} KiB free`,
      count: 1,
      seed: null,
      outcome: `exit ${ended.code}, then went on`,
    });
  },
  600_000,
);
