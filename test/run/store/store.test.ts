import fc from "fast-check";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { byAge, campaignId, isCampaignId } from "../../../src/run/store/campaign-id.js";
import { emptyStore } from "../campaign-room.js";

describe("a campaign's name", () => {
  test("says when, of what, and which", () => {
    const at = new Date("2026-11-24T16:55:43.210Z");
    expect(campaignId("golang-13470", at, 0)).toBe("20261124-1655-golang-13470-p07i");
    expect(campaignId("../Was für ein_Name!", at, 0)).toBe("20261124-1655-was-f-r-ein-name-p07i");
    expect(campaignId("☃", at, 0)).toBe("20261124-1655-repro-p07i");
  });

  test("is told from other folders, and orders campaigns by when they began", () => {
    const moment = fc.record({
      repro: fc.string(),
      at: fc.date({ min: new Date("2020-01-01"), max: new Date("2090-01-01"), noInvalidDate: true }),
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    });
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        const [first, second] = [a, b].map(({ repro, at, random }) => campaignId(repro, at, random));
        expect(isCampaignId(first as string)).toBe(true);
        if (a.at < b.at) expect(byAge(first as string, second as string)).toBe(-1);
      }),
    );
    expect(isCampaignId("node_modules")).toBe(false);
    expect(isCampaignId("../20261124-1655-a-k3f9")).toBe(false);
  });
});

describe("the store", () => {
  test("is empty where nothing ran yet", async () => {
    const store = await emptyStore();
    expect(await store.list()).toEqual([]);
    expect(await store.latest()).toBeNull();
    await expect(store.find("latest")).rejects.toMatchObject({
      kind: "request",
      message: `no campaign 'latest' in ${store.root}`,
      remedy: "There is none yet.",
    });
  });

  test("finds campaigns by name, beginning, last four characters, and as the latest", async () => {
    const store = await emptyStore();
    const old = await store.make("zebra", new Date("2026-11-24T16:55:10Z"));
    const young = await store.make("aardvark", new Date("2026-11-24T16:55:20Z"));
    await mkdir(join(store.root, "something-else"));
    await writeFile(join(store.root, "20261124-1655-file-k3f9"), "");
    expect(await store.list()).toEqual([old, young]);
    expect(await store.latest()).toBe(young);
    expect(await store.find("latest")).toBe(young);
    expect(await store.find(old)).toBe(old);
    expect(await store.find("20261124-1655-z")).toBe(old);
    expect(await store.find(young.slice(-4))).toBe(young);
    await expect(store.find("20261124")).rejects.toMatchObject({
      kind: "request",
      message: "'20261124' may be any of 2 campaigns",
      remedy: `Say which: ${young}, ${old}.`,
    });
    await expect(store.find("../../etc")).rejects.toMatchObject({ remedy: `There are: ${young}, ${old}.` });
    await expect(store.find("")).rejects.toMatchObject({ kind: "request" });
  });

  test("never gives two campaigns one folder", async () => {
    const store = await emptyStore();
    const at = new Date("2026-11-24T16:55:10Z");
    const ids = await Promise.all(Array.from({ length: 12 }, () => store.make("same", at)));
    expect(new Set(ids).size).toBe(12);
  });

  test("says what is in its way", async () => {
    const store = await emptyStore();
    await writeFile(store.root, "a file");
    await expect(store.make("repro", new Date())).rejects.toMatchObject({
      kind: "infrastructure",
      message: expect.stringContaining(`${store.root}: cannot be written: EEXIST`),
    });
  });
});
