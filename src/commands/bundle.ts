import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { badRequest } from "../failure.js";
import { redactValue } from "../result/redaction.js";
import type { Result } from "../result/result.js";
import type { HeaderEntry } from "../run/journal/entry.js";
import { readHeader } from "../run/store/open-campaign.js";
import { bundleStream, type LargeFile } from "./bundle/archive.js";
import { programFiles } from "./bundle/programs.js";
import { bundleFiles } from "./bundle/contents.js";
import { finishedCampaign } from "../campaign/finished-campaign.js";
import { wholeCampaign } from "../workspace/campaign-place.js";
import { defineCommand, type CliContext } from "../cli/command.js";
import { campaignId, engineFlags, type EngineArgs } from "../cli/flags.js";
import { openEngine } from "../cli/open-engine.js";
import { Sources } from "../images/source/sources.js";
import { STATE_FOLDER } from "../workspace/state-folder.js";
import { takeOutsideFiles } from "../request/outside-files.js";
import { VERSION } from "../workspace/package.js";
import { knownHere, shareable, tellRedacted } from "../cli/shareable.js";
import { loadCatalogue } from "../request/shelves.js";
import { stagedRepro } from "../request/staged-repro.js";

/** All images in one tar: those of one libc, and of one suite, share most of their layers. */
const IMAGES = "image/images.tar";
/** Larger files of a repro are no text that a person wrote. */
const MAX_SEARCHED = 1024 * 1024;

type BundleArgs = EngineArgs & {
  id: string;
  out?: string;
  redact: boolean;
  withBinary?: boolean;
  withImage?: boolean;
};

export const bundle = defineCommand<BundleArgs>({
  usage: "bundle [id]",
  describe: "one file that holds all that is needed to run a campaign again and check its claims",
  examples: [
    ["bundle latest --out crash.tar.gz", "repro, pins, plan, result, reports and evidence"],
    ["bundle latest --with-binary", "the compiled programs, too"],
  ],
  options: (yargs) =>
    campaignId(engineFlags(yargs))
      .option("out", { type: "string", requiresArg: true, describe: "file to write (default: ID.tar.gz)" })
      .option("redact", {
        type: "boolean",
        default: true,
        describe: "replace names, paths, addresses and tokens",
      })
      .option("with-binary", {
        type: "boolean",
        describe: "add the compiled programs, and all that their builds left",
      })
      .option("with-image", {
        type: "boolean",
        describe: "add the images that they ran in (hundreds of MB)",
      }) as never,
  async act(args, context) {
    const { place, result } = await finishedCampaign(args.id, context.cwd);
    const { folder, home } = await wholeCampaign(place, args.id);
    const header = await readHeader(folder);
    const { id } = header;
    const taken = await takeOutsideFiles(await stagedRepro(header.plan, home), header.plan.request, home);
    const shared = args.redact ? shareable(result, context) : result;
    const replaced = [...shared.redacted];
    const redact = (document: unknown): unknown => {
      if (!args.redact) return document;
      const { value, redacted } = redactValue(document, knownHere(context));
      replaced.push(...redacted);
      return value;
    };
    const files = await bundleFiles({
      header,
      result: shared,
      repro: taken.repro,
      catalogue: await loadCatalogue(),
      version: VERSION,
      patch: (patch) => new Sources([], join(home, STATE_FOLDER)).patch(patch),
      redact,
    });
    if (args.redact) warnOfSources(files, context);
    const out = args.out ?? `${id}.tar.gz`;
    const draft = `${out}.${process.pid}.part`;
    const images = await mkdtemp(join(tmpdir(), "vivarium-bundle-"));
    try {
      const large = await addPrograms(files, header, images, args, context);
      await pipeline(bundleStream(files, large), createWriteStream(draft), { signal: context.signal });
      await rename(draft, out);
    } catch (cause) {
      await rm(draft, { force: true });
      context.signal.throwIfAborted();
      if (!["ENOENT", "EACCES", "EISDIR", "ENOTDIR", "ENOSPC", "EROFS"].includes(codeOf(cause))) throw cause;
      throw badRequest(`--out ${out}: cannot be written: ${(cause as Error).message}`, null, cause);
    } finally {
      await rm(images, { recursive: true, force: true });
    }
    tellRedacted({ redacted: counts(replaced) }, context);
    context.stdout.write(`${out}\n`);
    const { size } = await stat(out);
    context.stderr.write(
      `${files.size} files, ${Math.ceil(size / 1024)} KiB; check it with: vivarium verify ${out}\n`,
    );
    return 0;
  },
});

/** Adds the programs to the files; returns the images, which are too large for memory. */
async function addPrograms(
  files: Map<string, Buffer>,
  { binaries }: HeaderEntry,
  folder: string,
  args: BundleArgs,
  context: CliContext,
): Promise<Map<string, LargeFile>> {
  const large = new Map<string, LargeFile>();
  if (args.withBinary !== true && args.withImage !== true) return large;
  const engine = await openEngine(args, context);
  if (args.withBinary === true) {
    for (const [cell, binary] of Object.entries(binaries))
      for (const [path, content] of await programFiles(engine, cell, binary)) files.set(path, content);
  }
  if (args.withImage === true) {
    const images = [...new Set(Object.values(binaries).map(({ image }) => image))].sort();
    context.stderr.write(`reading ${images.length === 1 ? "the image" : `${images.length} images`}\n`);
    large.set(IMAGES, await spool(await engine.saveImage(...images), join(folder, "images.tar")));
  }
  return large;
}

async function spool(stream: AsyncIterable<Buffer>, file: string): Promise<LargeFile> {
  const hash = createHash("sha256");
  let size = 0;
  await pipeline(
    stream,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(file),
  );
  return { file, size, sha256: hash.digest("hex") };
}

/** The program is built from its sources, so they are never changed: what they tell is said. */
function warnOfSources(files: ReadonlyMap<string, Buffer>, context: CliContext): void {
  for (const [path, content] of files) {
    if (!path.startsWith("repro/") || content.length > MAX_SEARCHED) continue;
    const { redacted } = redactValue([path, content.toString("utf8")], knownHere(context));
    if (redacted.length === 0) continue;
    const what = redacted.map(({ what, count }) => `${what} (${count})`).join(", ");
    context.stderr.write(
      `${path} contains personal data: ${what}; it is kept, since the program is built from it\n`,
    );
  }
}

function counts(replaced: Result["redacted"]): Result["redacted"] {
  const sums = new Map<string, number>();
  for (const { what, count } of replaced) sums.set(what, (sums.get(what) ?? 0) + count);
  return [...sums].map(([what, count]) => ({ what, count }));
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}
