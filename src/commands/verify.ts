import type { ReadStream } from "node:fs";
import { mkdir, mkdtemp, open, readdir, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { runPrepared } from "../campaign/start.js";
import { defineCommand, type CliContext } from "../cli/command.js";
import { engineFlags, type EngineArgs } from "../cli/flags.js";
import { sourceFlags } from "../cli/source-flags.js";
import { Sources } from "../images/source/sources.js";
import type { SourcePin } from "../manifest/source-recipe.js";
import { STATE_FOLDER } from "../workspace/state-folder.js";
import { openProgress } from "../cli/open-progress.js";
import { settingOf } from "../cli/setting-of.js";
import { badRequest } from "../failure.js";
import { loadRepro } from "../manifest/load.js";
import { didYouMean } from "../manifest/nearest.js";
import type { CampaignRequest } from "../plan/request.js";
import { prepareLoaded, type Prepared } from "../request/prepare.js";
import { loadCatalogue } from "../request/shelves.js";
import { attemptsFor, checkClaims, claimsExitCode } from "../result/claims.js";
import { unpackBundle } from "./bundle/archive.js";
import { patchPath, readBundle, type Bundle } from "./bundle/contents.js";
import {
  refuseContradictory,
  refuseForeignFiles,
  refuseLoosened,
  refuseOtherSources,
} from "./verify/refusals.js";
import { claimTable } from "./verify/table.js";

type VerifyArgs = EngineArgs & {
  source?: string[];
  file: string;
  runs?: number;
  loosened?: boolean;
  json?: boolean;
};

export const verify = defineCommand<VerifyArgs>({
  usage: "verify <file>",
  describe: "run a bundle again and check each of its claims",
  examples: [
    ["verify crash.tar.gz", "a table of claims; exit 0 all hold, 1 one does not, 3 could not be checked"],
    ["verify crash.tar.gz --json", "the same for programs"],
  ],
  options: (yargs) =>
    sourceFlags(engineFlags(yargs))
      .positional("file", { type: "string", describe: "a bundle" })
      .option("runs", {
        alias: "n",
        type: "number",
        requiresArg: true,
        describe: "attempts (default: computed from the claimed rates)",
      })
      .option("loosened", { type: "boolean", describe: "run even what asks for network or capabilities" })
      .option("json", { type: "boolean", group: "Output:", describe: "JSON on stdout" }) as never,
  async act(args, context) {
    const stream = await openBundle(args.file, context);
    const bundle = readBundle(await unpackBundle(stream, args.file), args.file);
    context.signal.throwIfAborted();
    refuseContradictory(bundle, args.file);
    refuseForeignFiles(bundle, args.file);
    const folder = await mkdtemp(join(tmpdir(), "vivarium-verify-"));
    try {
      await layOut(bundle, folder);
      return await runAgain(bundle, folder, args, context);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

async function openBundle(file: string, { cwd, signal }: CliContext): Promise<ReadStream> {
  const path = resolve(cwd, file);
  const handle = await open(path).catch(async (cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ENOENT") throw badRequest(`${file}: cannot be read: ${cause.message}`, null, cause);
    const beside = (await readdir(dirname(path)).catch(() => [])).filter((name) => name.endsWith(".gz"));
    const remedy = beside.length > 0 ? didYouMean(basename(path), beside) : `it is looked for at ${path}`;
    throw badRequest(`${file}: there is no such file`, remedy, cause);
  });
  if (!(await handle.stat()).isDirectory()) return handle.createReadStream({ signal });
  await handle.close();
  throw badRequest(`${file}: is a folder, no bundle`, "name the .tar.gz that it was unpacked from");
}

/** Writes the bundle's repro into a folder. */
async function layOut({ files, index }: Bundle, folder: string): Promise<void> {
  for (const [path, content] of files) {
    if (!path.startsWith("repro/")) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    const executable = index.executable.includes(path.slice("repro/".length));
    await writeFile(join(folder, path), content, { mode: executable ? 0o755 : 0o644 });
  }
}

/** The bundle's campaign, planned anew from its own repro. */
async function planAgain(
  { index, result, files }: Bundle,
  folder: string,
  {
    file,
    runs,
    source,
  }: { readonly file: string; readonly runs: number; readonly source: string[] | undefined },
  cwd: string,
): Promise<Prepared> {
  // Load changes rates: as many at a time as it was, as far as this machine has the cores.
  const parallel = Math.min(result.plan.parallel, availableParallelism());
  const { sources: _, ...asked } = index.request;
  const sources = source === undefined ? {} : { sources: source };
  const request: CampaignRequest = { ...asked, ...sources, stop: { runs }, parallel };
  const repro = await loadRepro(join(folder, "repro"), [], folder);
  // Names of refs mean what they meant: whoever verifies needs a clone that has the commits, not one with the same tags.
  const pinned = index.sources ?? [];
  await keepPatches(pinned, files, cwd);
  return prepareLoaded(repro, await loadCatalogue(), request, ["verify", file], cwd, { pinned });
}

async function keepPatches(pinned: readonly SourcePin[], files: Bundle["files"], cwd: string): Promise<void> {
  const kept = new Sources([], join(cwd, STATE_FOLDER));
  for (const { sha256 } of pinned.flatMap(({ patches }) => patches)) {
    const text = files.get(patchPath(sha256));
    if (text !== undefined) await kept.keepPatch(text.toString("utf8"));
  }
}

async function runAgain(
  bundle: Bundle,
  folder: string,
  args: VerifyArgs,
  context: CliContext,
): Promise<number> {
  const { file } = args;
  const runs = args.runs ?? attemptsFor(bundle.result);
  const prepared = await planAgain(bundle, folder, { file, runs, source: args.source }, context.cwd);
  refuseOtherSources(prepared.plan, bundle, file);
  if (args.loosened !== true) refuseLoosened(prepared.plan, file);
  const progress = openProgress(args.progress, context);
  const { result: found } = await runPrepared(prepared, settingOf(args, context, progress)).finally(() =>
    progress.close(),
  );
  context.signal.throwIfAborted();
  const claims = checkClaims(bundle.result, found);
  const code = claimsExitCode(claims);
  const shown = { bundle: bundle.index.campaign, runs, verified: code === 0, claims };
  context.stdout.write(
    args.json === true
      ? `${JSON.stringify(shown, null, 2)}\n`
      : claimTable(bundle.result.plan.repro.title, runs, claims, code),
  );
  return code;
}
