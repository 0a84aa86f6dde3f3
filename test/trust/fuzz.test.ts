import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { campaignFolder, campaignsIn } from "./judged.js";
import { fileTargets } from "./fuzz/files.js";
import { STREAMS } from "./fuzz/streams.js";
import { fuzz, type Target } from "./fuzz/target.js";
import { TEXTS } from "./fuzz/texts.js";
import { campaign, Room } from "./room.js";
import { seeded } from "../docker/fault-campaign.js";
import { FULL, SEED, tried } from "./size.js";

/** The part of a full run's cases that a small one tries, and the least. */
const PART = 0.004;
const LEAST = 60;
const RUNS = 30;

let room: Room;
let folder: string;
let targets: readonly Target[];
beforeAll(async () => {
  room = await Room.make("fuzz");
  folder = await mkdtemp(join(tmpdir(), "vivarium-fuzz-"));
  const ended = await room.run(campaign(RUNS, "--json"));
  expect(ended).toMatchObject({ code: 0 });
  const [id = ""] = await campaignsIn(room);
  expect(await room.run(["bundle", id, "--out", "b.tar.gz"])).toMatchObject({ code: 0 });
  const originals = {
    journal: await readFile(join(campaignFolder(room, id), "journal.jsonl")),
    attempts: RUNS,
    result: JSON.parse(ended.stdout),
    bundle: await readFile(join(room.folder, "b.tar.gz")),
    folder,
  };
  targets = [...TEXTS, ...STREAMS, ...(await fileTargets(originals))];
});
afterAll(async () => {
  await room.remove();
  await rm(folder, { recursive: true, force: true });
});

const files = ["journals, damaged", "journals, forged with right checksums", "results", "bundles, damaged"];
const rest = ["bundles, forged with right checksums", "repro folders"];
const NAMES = [...TEXTS, ...STREAMS].map(({ name }) => name).concat(files, rest);

it.each(NAMES)(
  "%s: a clear failure or a right answer, in bounded time",
  async (name) => {
    const target = find(name);
    const cases = FULL ? target.cases : Math.max(LEAST, Math.ceil(target.cases * PART));
    const { refused, answered, wrong, longestMs } = await fuzz(target, cases, seeded(SEED));
    expect(wrong).toEqual([]);
    // One that refuses all it is given, or nothing, is not tried by these cases.
    expect(answered).toBeGreaterThan(0);
    tried({
      what: "fuzz cases",
      of: name,
      count: cases,
      seed: SEED,
      outcome: `${answered} answered, ${refused} refused; the longest took ${Math.round(longestMs)} ms`,
    });
  },
  3_600_000,
);

function find(name: string): Target {
  const target = targets.find((each) => each.name === name);
  if (target === undefined) throw new Error(`no target ${name}`);
  return target;
}
