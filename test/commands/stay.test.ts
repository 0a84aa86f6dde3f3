import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { reasonToStay, type StayRules } from "../../src/commands/clean/stay.js";
import type { ImageRecord } from "../../src/docker/engine.js";
import { imageLabels, type ImageKind } from "../../src/images/labels.js";
import { Pins } from "../../src/images/pins.js";
import { folderOf } from "./command-line.js";

const NOW = Date.parse("2026-11-24T12:00:00Z");
const PACKAGES = { libc6: "2.36-9+deb12u13" };

const image = (
  kind: ImageKind,
  change: Partial<ImageRecord> = {},
  packages: unknown = PACKAGES,
): ImageRecord => ({
  id: "sha256:1",
  labels: imageLabels(kind, "key", "title", { packages }),
  size: 1,
  created: "2026-01-01T00:00:00Z",
  used: null,
  tags: [],
  repoDigests: [],
  ...change,
});

const rules = (change: Partial<StayRules> = {}): StayRules => ({
  now: NOW,
  days: 7,
  inCampaigns: new Set(),
  pins: null,
  ...change,
});

async function pins(): Promise<Pins | null> {
  const folder = await folderOf();
  const images = { bookworm: { base: null, snapshot: null, packages: PACKAGES } };
  const file = join(folder, "vivarium.lock");
  await writeFile(file, JSON.stringify({ schema: "vivarium/lock/1", images }));
  return Pins.read(file, "use");
}

test.each([
  ["made long ago, never used again", image("binary"), null],
  ["made long ago, used six days ago", image("binary", { used: "2026-11-18T13:00:00Z" }), "recent"],
  ["used eight days ago", image("binary", { used: "2026-11-16T11:00:00Z" }), null],
  ["made today", image("part", { created: "2026-11-24T11:00:00Z" }), "recent"],
  ["of a clock that is ahead", image("binary", { created: "2027-01-01T00:00:00Z" }), "recent"],
  ["of no time that can be read", image("binary", { created: "" }), null],
  ["an old base", image("base"), "base"],
] as const)("an image %s", (_what, one, reason) => {
  expect(reasonToStay(one, rules())).toBe(reason);
});

test("an old image stays while a campaign here needs it", () => {
  expect(reasonToStay(image("binary"), rules({ inCampaigns: new Set(["sha256:1"]) }))).toBe("campaign");
});

test("an environment stays that has just the packages of the lock file, and no other", async () => {
  const pinned = rules({ pins: await pins() });
  expect(reasonToStay(image("environment"), pinned)).toBe("locked");
  expect(reasonToStay(image("binary"), pinned)).toBeNull();
  expect(reasonToStay(image("environment", {}, { libc6: "2.36-9+deb12u14" }), pinned)).toBeNull();
  const damaged = { ...image("environment").labels, "vivarium.facts": "{" };
  expect(reasonToStay(image("environment", { labels: damaged }), pinned)).toBeNull();
});
