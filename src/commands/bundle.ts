import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Finished } from "../campaign/finished-campaign.js";
import { badRequest } from "../failure.js";
import { redactValue } from "../result/redaction.js";
import type { Result } from "../result/result.js";
import type { HeaderEntry } from "../run/journal/entry.js";
import { finishedWork, type FinishedSearch } from "../search/finished.js";
import { findCampaign } from "../workspace/campaign-place.js";
import { bundleStream, type LargeFile } from "./bundle/archive.js";
import { campaignFiles } from "./bundle/campaign-files.js";
import { programFiles } from "./bundle/programs.js";
import { searchBundleFiles } from "./bundle/search-contents.js";
import { carriedTrees } from "./bundle/trees.js";
import { defineCommand, type CliContext } from "../cli/command.js";
import { campaignId } from "../cli/flags/campaign-flags.js";
import { engineFlags, type EngineArgs } from "../cli/flags/engine-flags.js";
import { openEngine } from "../cli/open-engine.js";
import { knownHere, shareable, shareableSearch, tellRedacted } from "../cli/shareable.js";

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
  withSource?: boolean;
};

export const bundle = defineCommand<BundleArgs>({
  usage: "bundle [id]",
  describe: "write one file with all that is needed to run a campaign or a search again and check its claims",
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
      .option("with-source", {
        type: "boolean",
        describe: "add the sources that environments were built from (--source)",
      })
      .option("with-image", {
        type: "boolean",
        describe: "add the images that they ran in (hundreds of MB)",
      }) as never,
  async act(args, context) {
    const replaced: Result["redacted"] = [];
    const redact = (document: unknown): unknown => {
      if (!args.redact) return document;
      const { value, redacted } = redactValue(document, knownHere(context));
      replaced.push(...redacted);
      return value;
    };
    const work = await finishedWork(args.id, context.cwd);
    const contents =
      work.kind === "search"
        ? await ofSearch(work, args, redact, context)
        : await ofCampaign(work, args, redact, context);
    replaced.push(...contents.redacted);
    if (args.redact) warnOfSources(contents.files, context);
    const out = args.out ?? `${contents.id}.tar.gz`;
    await write(out, contents, args, context);
    tellRedacted({ redacted: counts(replaced) }, context);
    context.stdout.write(`${out}\n`);
    const { size } = await stat(out);
    context.stderr.write(
      `${contents.files.size} files, ${Math.ceil(size / 1024)} KiB; check it with: vivarium verify ${out}\n`,
    );
    return 0;
  },
});

/** What goes into a bundle, its programs and images left out. */
interface Contents {
  readonly id: string;
  readonly files: Map<string, Buffer>;
  readonly campaigns: readonly HeldCampaign[];
  readonly redacted: Result["redacted"];
}

/** What a campaign of it was built as and from, and the folder that holds the campaign in the bundle. */
interface HeldCampaign {
  readonly folder: string;
  readonly binaries: HeaderEntry["binaries"];
  readonly plan: HeaderEntry["plan"];
  /** Where it was run. */
  readonly home: string;
}

async function ofCampaign(
  { place, result }: Finished,
  args: BundleArgs,
  redact: (document: unknown) => unknown,
  context: CliContext,
): Promise<Contents> {
  const shared = args.redact ? shareable(result, context) : result;
  const { header, home, files } = await campaignFiles(place, args.id, shared, redact);
  const { id, binaries, plan } = header;
  const held = { folder: "", binaries, plan, home };
  return { id, files, campaigns: [held], redacted: shared.redacted };
}

async function ofSearch(
  { folder, result }: FinishedSearch,
  args: BundleArgs,
  redact: (document: unknown) => unknown,
  context: CliContext,
): Promise<Contents> {
  const shared = args.redact ? shareableSearch(result, context) : result;
  const { id, evidence, redacted } = shared;
  if (evidence.length === 0 || folder === null) {
    throw badRequest(
      `search ${result.id} has no campaign that could be run again`,
      result.complete
        ? "its report is what there is: vivarium report"
        : `end it first: vivarium ${result.details.kind} --resume ${result.id}`,
    );
  }
  const held = await Promise.all(
    evidence.map(async (each, i) => {
      const path = join(folder, result.evidence[i]?.folder ?? each.folder);
      return campaignFiles(await findCampaign(path, context.cwd), path, each.result, redact);
    }),
  );
  const files = await searchBundleFiles(
    shared,
    held.map(({ files: own }) => own),
  );
  const campaigns = held.map(({ header, home }, i) => ({
    folder: `campaigns/${evidence[i]?.campaign ?? ""}/`,
    binaries: header.binaries,
    plan: header.plan,
    home,
  }));
  return { id, files, campaigns, redacted };
}

/** Writes the bundle, whole or not at all. */
async function write(out: string, contents: Contents, args: BundleArgs, context: CliContext): Promise<void> {
  const draft = `${out}.${process.pid}.part`;
  const images = await mkdtemp(join(tmpdir(), "vivarium-bundle-"));
  try {
    if (args.withSource === true) await addTrees(contents);
    const large = await addPrograms(contents, images, args, context);
    await pipeline(bundleStream(contents.files, large), createWriteStream(draft), { signal: context.signal });
    await rename(draft, out);
  } catch (cause) {
    await rm(draft, { force: true });
    context.signal.throwIfAborted();
    if (!["ENOENT", "EACCES", "EISDIR", "ENOTDIR", "ENOSPC", "EROFS"].includes(codeOf(cause))) throw cause;
    throw badRequest(`--out ${out}: cannot be written: ${(cause as Error).message}`, null, cause);
  } finally {
    await rm(images, { recursive: true, force: true });
  }
}

async function addTrees({ files, campaigns }: Contents): Promise<void> {
  for (const { plan, home } of campaigns)
    for (const [path, content] of await carriedTrees(plan, home)) files.set(path, content);
}

/** Adds the programs to the files; returns the images, which are too large for memory. */
async function addPrograms(
  { files, campaigns }: Contents,
  folder: string,
  args: BundleArgs,
  context: CliContext,
): Promise<Map<string, LargeFile>> {
  const large = new Map<string, LargeFile>();
  if (args.withBinary !== true && args.withImage !== true) return large;
  const engine = await openEngine(args, context);
  if (args.withBinary === true) {
    for (const { folder: at, binaries } of campaigns)
      for (const [cell, binary] of Object.entries(binaries))
        for (const [path, content] of await programFiles(engine, cell, binary)) files.set(at + path, content);
  }
  if (args.withImage === true) {
    const all = campaigns.flatMap(({ binaries }) => Object.values(binaries).map(({ image }) => image));
    const images = [...new Set(all)].sort();
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
    if (!/^(campaigns\/[^/]+\/)?repro\//.test(path) || content.length > MAX_SEARCHED) continue;
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
