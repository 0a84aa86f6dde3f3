import { join } from "node:path";
import pLimit from "p-limit";
import type { DiskUse, Engine, ImageRecord, VolumeRecord } from "../docker/engine.js";
import { unpublish } from "../docker/image/unpublish.js";
import { KIND, TITLE } from "../images/labels.js";
import { sweepUnfinished } from "../images/sweep-unfinished.js";
import { counted } from "../text/numbers.js";
import { readHeader } from "../run/store/open-campaign.js";
import { CAMPAIGNS_FOLDER, CampaignStore } from "../run/store/store.js";
import { cacheRow, cachesToGo, compilerCaches } from "./clean/caches.js";
import { freedBy } from "./clean/freed.js";
import { diskSize } from "../text/sizes.js";
import { lastUse, reasonToStay, type Stay } from "./clean/stay.js";
import { columns } from "../cli/columns.js";
import { confirmed } from "../cli/confirm.js";
import { defineCommand, type CliContext } from "../cli/command.js";
import { engineFlags, type EngineArgs } from "../cli/flags/engine-flags.js";
import { foldersAbove } from "../workspace/folders-above.js";
import { LOCK_FILE, openLockFile } from "../workspace/lock-file.js";
import { openEngine } from "../cli/open-engine.js";

/** Campaigns whose images stay, so that they can go on, be debugged and verified. */
const KEEP = 10;
/** Days for which an image stays that something needed, wherever that was done. */
const DAYS = 7;
/** Inspections at a time. */
const PARALLEL = 8;
/** Images are removed from the top: an image that others are built on cannot go first. */
const ORDER = ["binary", "environment", "part", "base"];

/** In the names of images that were pushed for a swarm's nodes (campaign/published-images.ts). */
const PUBLISHED = "/vivarium/bin@";

type CleanArgs = EngineArgs & { all?: boolean; yes?: boolean; keep: number; days: number };

export const clean = defineCommand<CleanArgs>({
  usage: "clean",
  describe:
    "free disk space: remove images and compilers' caches that nothing used lately, and what dead processes left behind",
  examples: [
    ["clean", "show what would go and how much that is, then ask"],
    ["clean --days 0", "keep only base images and what this folder's campaigns and lock file need"],
    ["clean --all --yes", "everything that vivarium made on this engine, without asking"],
  ],
  options: (yargs) =>
    engineFlags(yargs)
      .option("all", { type: "boolean", describe: "everything that vivarium made, base images too" })
      .option("days", {
        type: "number",
        default: DAYS,
        requiresArg: true,
        describe: "keep images that were used in the last N days",
      })
      .option("keep", {
        type: "number",
        default: KEEP,
        requiresArg: true,
        describe: "keep the images of the last N campaigns of this folder and of the folders above it",
      })
      .option("yes", { alias: "y", type: "boolean", describe: "do not ask" }) as never,
  async act(args, context) {
    const engine = await openEngine(args, context);
    const swept = await engine.sweep();
    if (swept.length > 0)
      context.stdout.write(`removed ${counted(swept.length, "container")} that dead processes left behind\n`);
    const { sweepBuildCaches } = await import("../search/candidate/build-cache.js");
    const abandoned = [...(await sweepBuildCaches(engine)), ...(await sweepUnfinished(engine))];
    if (abandoned.length > 0)
      context.stdout.write(
        `removed ${counted(abandoned.length, "unfinished image or cache", "unfinished images and caches")} of dead processes\n`,
      );
    const images = await ownImages(engine);
    const rules = {
      now: Date.now(),
      days: args.days,
      inCampaigns: await imagesOfCampaigns(args.keep, context.cwd),
      pins: await openLockFile(context.cwd, {}),
    };
    const stays = new Map<Stay, number>();
    const going = images.filter((image) => {
      const reason = args.all === true ? null : reasonToStay(image, rules);
      if (reason !== null) stays.set(reason, (stays.get(reason) ?? 0) + 1);
      return reason === null;
    });
    const caches = cachesToGo(
      await compilerCaches(engine),
      images.filter((image) => !going.includes(image)),
    );
    context.stdout.write(columns(going.sort(byUse).map((image) => row(image, rules.now))));
    const staying = stayLine(stays, args);
    if (going.length + caches.length === 0) {
      const why = staying === "" ? "vivarium has no image here" : `${staying} stay; --all takes them`;
      context.stdout.write(`nothing to remove: ${why}\n`);
      return 0;
    }
    const use = await engine.diskUse();
    const { least, most } = freedBy(new Set(going.map(({ id }) => id)), use);
    const frees = least === most ? diskSize(most) : `${diskSize(least)} to ${diskSize(most)}`;
    context.stdout.write(
      `${going.length} of ${counted(images.length, "image")} can go, which frees ${frees} (images share layers)\n`,
    );
    context.stdout.write(columns(caches.map((cache) => cacheRow(cache, use))));
    if (staying !== "") context.stdout.write(`${staying} stay\n`);
    if (args.yes !== true && !(await confirmed("Remove them?", "nothing was removed; add --yes", context)))
      return 0;
    return remove(engine, going, caches, use, context);
  },
});

/** Everything that vivarium made, with the time of its last use, which a list does not tell. */
async function ownImages(engine: Engine): Promise<ImageRecord[]> {
  const listed = (await engine.listImages({})).filter(({ labels }) => (labels[KIND] ?? "") !== "");
  const limit = pLimit(PARALLEL);
  const seen = await Promise.all(listed.map(({ id }) => limit(() => engine.inspectImage(id))));
  // One that is gone by now needs no removal.
  return listed.flatMap((image, i) => (seen[i] ? [{ ...image, used: seen[i].used }] : []));
}

/** Ids of the images that the newest campaigns at and above a folder need. */
async function imagesOfCampaigns(keep: number, cwd: string): Promise<Set<string>> {
  const used = new Set<string>();
  for (const home of await foldersAbove(cwd)) {
    const store = new CampaignStore(join(home, CAMPAIGNS_FOLDER));
    const newest = keep <= 0 ? [] : (await store.list()).slice(-keep);
    for (const id of newest) {
      const header = await readHeader(store.path(id)).catch(() => null);
      for (const { image, builtIn, ranOn } of Object.values(header?.binaries ?? {})) {
        for (const one of [image, builtIn.image, ranOn.image]) used.add(one);
      }
    }
  }
  return used;
}

function row(image: ImageRecord, now: number): string[] {
  const days = Math.floor((now - Date.parse(lastUse(image))) / 86_400_000);
  return [
    image.tags[0] ?? image.id.slice(7, 19),
    image.labels[TITLE] ?? "",
    days < 1 ? "used today" : days === 1 ? "used yesterday" : `used ${days} days ago`,
    diskSize(image.size),
  ];
}

/** `12 used within 7 days, 3 of the 10 newest campaigns here, 2 pinned by vivarium.lock, 4 base images`. */
function stayLine(stays: ReadonlyMap<Stay, number>, { days, keep }: CleanArgs): string {
  const words: Record<Stay, (images: number) => string> = {
    recent: (images) => `${images} used within ${counted(days, "day")} (--days)`,
    campaign: (images) => `${images} needed by the ${keep} newest campaigns here (--keep)`,
    locked: (images) => `${images} pinned by ${LOCK_FILE}`,
    base: (images) => counted(images, "base image"),
  };
  return (Object.keys(words) as Stay[])
    .flatMap((reason) => (stays.has(reason) ? [words[reason](stays.get(reason) ?? 0)] : []))
    .join(", ");
}

/** Removes what was pushed for the nodes of a swarm. What its registry will not let go is said; the engine's disk is free all the same. */
async function unpublishOne(reference: string, stderr: CliContext["stderr"]): Promise<void> {
  const answer = await unpublish(reference);
  if (!answer.removed) stderr.write(`${reference}: stays in its registry: ${answer.why}\n`);
}

const byUse = (a: ImageRecord, b: ImageRecord): number => (lastUse(a) < lastUse(b) ? -1 : 1);

async function remove(
  engine: Engine,
  images: readonly ImageRecord[],
  caches: readonly VolumeRecord[],
  before: DiskUse,
  { stdout, stderr, signal }: CliContext,
): Promise<number> {
  const rank = (image: ImageRecord): number => ORDER.indexOf(image.labels[KIND] ?? "");
  let kept = 0;
  for (const image of [...images].sort((a, b) => rank(a) - rank(b) || (a.created < b.created ? 1 : -1))) {
    signal.throwIfAborted();
    try {
      // An image goes with its last name: one that was pushed has a registry's beside its own.
      for (const name of image.tags.length > 0 ? image.tags : [image.id]) await engine.removeImage(name);
    } catch (error) {
      kept++;
      stderr.write(`${image.tags[0] ?? image.id}: kept: ${(error as Error).message}\n`);
      continue;
    }
    for (const reference of image.repoDigests.filter((each) => each.includes(PUBLISHED)))
      await unpublishOne(reference, stderr);
  }
  for (const { name } of caches) {
    await engine.removeVolume(name).catch((error: Error) => {
      kept++;
      stderr.write(`${name}: kept: ${error.message}\n`);
    });
  }
  const after = await engine.diskUse();
  const freed = bytesOf(before, caches) - bytesOf(after, caches);
  const removed = counted(images.length + caches.length - kept, caches.length === 0 ? "image" : "thing");
  stdout.write(`removed ${removed}; ${diskSize(Math.max(0, freed))} freed\n`);
  return kept > 0 ? 3 : 0;
}

/** What images take, and these volumes. */
function bytesOf({ total, volumes }: DiskUse, caches: readonly VolumeRecord[]): number {
  return caches.reduce((sum, { name }) => sum + (volumes.get(name) ?? 0), total);
}
