import type { Engine, ImageRecord } from "../docker/engine.js";
import { KIND } from "../images/labels.js";
import { readHeader } from "../run/open-campaign.js";
import { CampaignStore } from "../run/store.js";
import { columns } from "./columns.js";
import { confirmed } from "./confirm.js";
import { defineCommand, type Surroundings } from "./command.js";
import { engineFlags, type EngineArgs } from "./flags.js";
import { openEngine } from "./open-engine.js";

/** Campaigns whose images stay, so that they can go on, be debugged and verified. */
const KEEP = 10;
/** Images are removed from the top: an image that others are built on cannot go first. */
const ORDER = ["binary", "environment", "part", "base"];

type CleanArgs = EngineArgs & { all?: boolean; yes?: boolean; keep: number };

export const clean = defineCommand<CleanArgs>({
  usage: "clean",
  describe: "free disk: images that no recent campaign uses, and what dead processes left behind",
  examples: [
    ["clean", "show what would go and how much that is, then ask"],
    ["clean --all --yes", "everything that vivarium made on this engine, without asking"],
  ],
  options: (yargs) =>
    engineFlags(yargs)
      .option("all", { type: "boolean", describe: "everything that vivarium made, base images too" })
      .option("keep", {
        type: "number",
        default: KEEP,
        requiresArg: true,
        describe: "campaigns whose images stay",
      })
      .option("yes", { alias: "y", type: "boolean", describe: "do not ask" }) as never,
  async act(args, around) {
    const engine = await openEngine(args, around);
    const swept = await engine.sweep();
    if (swept.length > 0)
      around.stdout.write(`removed ${swept.length} containers that dead processes left behind\n`);
    const used = args.all === true ? new Set<string>() : await usedImages(args.keep);
    const images = (await engine.listImages({})).filter(({ labels }) => (labels[KIND] ?? "") !== "");
    const going = images.filter(
      (image) => args.all === true || (!used.has(image.id) && image.labels[KIND] !== "base"),
    );
    if (going.length === 0) {
      around.stdout.write(`nothing to remove; ${images.length} images are in use (--all takes them)\n`);
      return 0;
    }
    around.stdout.write(
      columns(
        going.map((image) => [
          image.tags[0] ?? image.id.slice(7, 19),
          image.labels["vivarium.title"] ?? "",
          megabytes(image.size),
        ]),
      ),
    );
    around.stdout.write(
      `${going.length} of ${images.length} images, at most ${megabytes(sum(going))} (layers that images share count once on disk)\n`,
    );
    if (args.yes !== true && !(await confirmed("Remove them?", "nothing was removed; add --yes", around)))
      return 0;
    return remove(engine, going, around);
  },
});

/** Ids of the images that the newest campaigns need. */
async function usedImages(keep: number): Promise<Set<string>> {
  const store = new CampaignStore();
  const used = new Set<string>();
  const newest = keep <= 0 ? [] : (await store.list()).slice(-keep);
  for (const id of newest) {
    const header = await readHeader(store.path(id)).catch(() => null);
    for (const { image, builtIn, ranOn } of Object.values(header?.binaries ?? {})) {
      for (const one of [image, builtIn.image, ranOn.image]) used.add(one);
    }
  }
  return used;
}

async function remove(
  engine: Engine,
  images: readonly ImageRecord[],
  { stdout, stderr, signal }: Surroundings,
): Promise<number> {
  const rank = (image: ImageRecord): number => ORDER.indexOf(image.labels[KIND] ?? "");
  let kept = 0;
  for (const image of [...images].sort((a, b) => rank(a) - rank(b) || (a.created < b.created ? 1 : -1))) {
    signal.throwIfAborted();
    await engine.removeImage(image.tags[0] ?? image.id).catch((error: Error) => {
      kept++;
      stderr.write(`${image.tags[0] ?? image.id}: kept: ${error.message}\n`);
    });
  }
  stdout.write(`removed ${images.length - kept} images\n`);
  return kept > 0 ? 3 : 0;
}

const sum = (images: readonly ImageRecord[]): number => images.reduce((total, { size }) => total + size, 0);

function megabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
}
