import { execa } from "execa";
import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { thisOwner } from "../../../src/docker/owner.js";
import { CampaignLock } from "../../../src/run/store/campaign-lock.js";
import { emptyStore } from "../campaign-room.js";

async function folder(): Promise<string> {
  const { root } = await emptyStore();
  await mkdir(root);
  return root;
}

test("one holder at a time; the next may come when it is released", async () => {
  const place = await folder();
  const lock = await CampaignLock.take(place);
  await expect(CampaignLock.take(place)).rejects.toMatchObject({
    kind: "request",
    message: `this campaign is in use by process ${process.pid}`,
    remedy: expect.stringContaining("If there is no such process, delete"),
  });
  lock.check();
  await lock.release();
  await (await CampaignLock.take(place)).release();
  expect(await readdir(place)).toEqual([]);
});

test("of many that come at once at most one gets it", async () => {
  const place = await folder();
  const takers = await Promise.allSettled(Array.from({ length: 10 }, () => CampaignLock.take(place)));
  expect(takers.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(1);
});

test("a dead process's lock is taken over", async () => {
  const place = await folder();
  const dead = execa("true");
  await dead;
  await writeFile(join(place, "lock-1-aa"), JSON.stringify({ ...thisOwner(), pid: dead.pid }));
  const lock = await CampaignLock.take(place);
  expect(await readdir(place)).toHaveLength(1);
  await lock.release();
});

test("the number of a dead process that another one has now does not hold", async () => {
  const place = await folder();
  await writeFile(join(place, "lock-1-aa"), JSON.stringify({ ...thisOwner(), started: "1" }));
  await (await CampaignLock.take(place)).release();
});

test("a lock from elsewhere holds while it is touched, and is taken over once it was silent for a minute", async () => {
  const place = await folder();
  const file = join(place, "lock-1-aa");
  await writeFile(file, JSON.stringify({ ...thisOwner(), host: "linux:elsewhere:1" }));
  await expect(CampaignLock.take(place)).rejects.toMatchObject({
    message: `this campaign is in use by process ${process.pid} of another host (linux:elsewhere:1)`,
  });
  const longAgo = new Date(Date.now() - 61_000);
  await utimes(file, longAgo, longAgo);
  await (await CampaignLock.take(place)).release();
});

test("what is no lock is not taken for one, and an unreadable one is not ignored", async () => {
  const place = await folder();
  await writeFile(join(place, "journal.jsonl"), "");
  await (await CampaignLock.take(place)).release();
  await writeFile(join(place, "lock-1-aa"), "{");
  await expect(CampaignLock.take(place)).rejects.toMatchObject({
    kind: "request",
    message: `${join(place, "lock-1-aa")}: cannot be read`,
  });
});

test("of a campaign that is not there, there is none to take", async () => {
  const place = await folder();
  await expect(CampaignLock.take(join(place, "none"))).rejects.toMatchObject({
    kind: "request",
    message: `${join(place, "none")}: is not there`,
  });
});
