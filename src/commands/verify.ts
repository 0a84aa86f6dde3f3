import type { ReadStream } from "node:fs";
import { mkdir, mkdtemp, open, readdir, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { runPrepared } from "../campaign/start.js";
import { defineCommand, type CliContext } from "../cli/command.js";
import { spreadFlags, type SpreadArgs } from "../cli/flags/engine-flags.js";
import { sourceFlags } from "../cli/flags/source-flags.js";
import { Sources } from "../images/source/sources.js";
import type { SourcePin } from "../manifest/source-recipe.js";
import { STATE_FOLDER } from "../workspace/state-folder.js";
import { knownSources } from "../cli/known-sources.js";
import { openProgress } from "../cli/open-progress.js";
import { settingOf } from "../cli/setting-of.js";
import { badRequest } from "../failure.js";
import { loadRepro } from "../manifest/load.js";
import { didYouMean } from "../manifest/nearest.js";
import type { CampaignRequest } from "../plan/request.js";
import { PLAYS, type ScheduleFile } from "../plan/schedule.js";
import { prepareLoaded, type KnownSources, type Prepared } from "../request/prepare.js";
import { loadCatalogue } from "../request/shelves.js";
import { attemptsFor, checkClaims, claimsExitCode, type Claim } from "../result/claims.js";
import type { Result } from "../result/result.js";
import { attemptsForSearch, searchClaims, searchContradictions } from "../search/claims.js";
import { oneLine } from "../text/printable.js";
import { unpackBundle } from "./bundle/archive.js";
import { patchPath, readBundle, type Bundle } from "./bundle/contents.js";
import { CampaignStore, VERIFIED_FOLDER } from "../run/store/store.js";
import { takeTrees } from "./bundle/trees.js";
import { isSearchBundle, readSearchBundle, type SearchBundle } from "./bundle/search-contents.js";
import {
  refuseContradictory,
  refuseForeignFiles,
  refuseLoosened,
  refuseOtherSources,
} from "./verify/refusals.js";
import { checkPlay, isSearch, planOfPlay, playRequest } from "./verify/plays.js";
import { claimTable, searchTable } from "./verify/table.js";

type VerifyArgs = SpreadArgs & {
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
    sourceFlags(spreadFlags(yargs))
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
    const files = await unpackBundle(stream, args.file);
    context.signal.throwIfAborted();
    return isSearchBundle(files)
      ? ofSearch(readSearchBundle(files, args.file), args, context)
      : ofCampaign(readBundle(files, args.file), args, context);
  },
});

async function ofCampaign(bundle: Bundle, args: VerifyArgs, context: CliContext): Promise<number> {
  const { runs, claims } = await checkAgain(bundle, args, context);
  const code = claimsExitCode(claims);
  const shown = { bundle: bundle.index.campaign, runs, verified: code === 0, claims };
  context.stdout.write(
    args.json === true
      ? `${JSON.stringify(shown, null, 2)}\n`
      : claimTable(bundle.result.plan.repro.title, runs, claims, code),
  );
  return code;
}

/** Runs every campaign of a search again; then what the search says of them together. */
async function ofSearch(
  { index, result, campaigns }: SearchBundle,
  args: VerifyArgs,
  context: CliContext,
): Promise<number> {
  const faults = searchContradictions(result);
  if (faults.length > 0) {
    throw badRequest(
      `${args.file}: refused: it contradicts itself: ${oneLine(faults.join("; "), 500)}`,
      "its result was changed",
    );
  }
  // All of them are looked at before any is run.
  for (const { bundle } of campaigns) refuse(bundle, args.file);
  const least = attemptsForSearch(result);
  const checked: (CheckedCampaign & { readonly role: string })[] = [];
  for (const { role, bundle } of campaigns)
    checked.push({ role, ...(await checkAgain(bundle, args, context, least)) });
  const claims = searchClaims(
    result,
    checked.map(({ found }) => found),
  );
  const code = claimsExitCode([...checked.flatMap((each) => each.claims), ...claims]);
  const shown = {
    bundle: index.search,
    verified: code === 0,
    campaigns: checked.map(({ role, runs, claims: own }) => ({ role, runs, claims: own })),
    claims,
  };
  context.stdout.write(
    args.json === true ? `${JSON.stringify(shown, null, 2)}\n` : searchTable(result, checked, claims, code),
  );
  return code;
}

/** What a bundle may not ask of whoever verifies it. Throws a Failure("request"). */
function refuse(bundle: Bundle, file: string): void {
  refuseContradictory(bundle, file);
  refuseForeignFiles(bundle, file);
}

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
  throw badRequest(`${file}: is a folder, not a bundle`, "name the .tar.gz that it was unpacked from");
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
    schedule,
    known,
  }: {
    readonly file: string;
    readonly runs: number;
    readonly source: string[] | undefined;
    readonly schedule?: ScheduleFile;
    readonly known: KnownSources;
  },
  cwd: string,
): Promise<Prepared> {
  // Load changes rates: as many at a time as it was, as far as this machine has the cores.
  const parallel = Math.min(result.plan.parallel, availableParallelism());
  const { sources: _, ...asked } = index.request;
  const repro = await loadRepro(join(folder, "repro"), [], folder);
  // Names of refs mean what they meant: whoever verifies needs a clone that has the commits, not one with the same tags.
  const pinned = index.sources ?? [];
  const sources = [...(source ?? []), ...(await takeTrees(files, pinned, cwd))];
  const again = schedule === undefined ? { ...asked, stop: { runs } } : playRequest(asked, schedule);
  const request: CampaignRequest = { ...again, sources, parallel };
  await keepPatches(pinned, files, cwd);
  return prepareLoaded(repro, await loadCatalogue(), request, ["verify", file], cwd, {
    ...known,
    pinned,
  });
}

async function keepPatches(pinned: readonly SourcePin[], files: Bundle["files"], cwd: string): Promise<void> {
  const kept = new Sources([], join(cwd, STATE_FOLDER));
  for (const { sha256 } of pinned.flatMap(({ patches }) => patches)) {
    const text = files.get(patchPath(sha256));
    if (text !== undefined) await kept.keepPatch(text.toString("utf8"));
  }
}

/** A campaign that was run again, held against its claims. */
interface CheckedCampaign {
  /** Attempts in each environment. */
  readonly runs: number;
  readonly claims: readonly Claim[];
  readonly found: Result;
}

/** Runs a bundle's campaign again. `least`: attempts that are made at the least. */
async function checkAgain(
  bundle: Bundle,
  args: VerifyArgs,
  context: CliContext,
  least = 0,
): Promise<CheckedCampaign> {
  refuse(bundle, args.file);
  const folder = await mkdtemp(join(tmpdir(), "vivarium-verify-"));
  try {
    await layOut(bundle, folder);
    return await runAgain(bundle, folder, args, context, least);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runAgain(
  bundle: Bundle,
  folder: string,
  args: VerifyArgs,
  context: CliContext,
  least: number,
): Promise<CheckedCampaign> {
  const { index, result, schedules } = bundle;
  const runs = args.runs ?? Math.max(least, attemptsFor(result));
  const plays: { readonly found: Result; readonly claims: readonly Claim[] }[] = [];
  const build = isSearch(index.request, schedules);
  for (const schedule of schedules) {
    const found = await runOnce(bundle, folder, args, context, { runs, schedule });
    plays.push({ found, claims: checkPlay(schedule, result, found, { build: build && plays.length === 0 }) });
  }
  const claims = plays.flatMap((play) => play.claims);
  const [first] = plays;
  if (build && first !== undefined) return { runs: PLAYS, found: first.found, claims };
  const found = await runOnce(bundle, folder, args, context, { runs });
  return { runs, found, claims: [...checkClaims(result, found), ...claims] };
}

/** Runs a bundle's campaign once more, or one of its schedules in its place. */
async function runOnce(
  bundle: Bundle,
  folder: string,
  args: VerifyArgs,
  context: CliContext,
  asked: { readonly runs: number; readonly schedule?: ScheduleFile },
): Promise<Result> {
  const { file, source } = args;
  const known = knownSources(args, context);
  const prepared = await planAgain(bundle, folder, { file, source, known, ...asked }, context.cwd);
  refuseOtherSources(prepared.plan, bundle, file);
  if (args.loosened !== true) refuseLoosened(prepared.plan, file);
  const { schedule } = asked;
  const plan = schedule === undefined ? prepared.plan : planOfPlay(prepared.plan, schedule);
  const progress = openProgress(args.progress, context);
  const store = new CampaignStore(join(context.cwd, VERIFIED_FOLDER));
  const setting = settingOf(args, context, progress);
  const { result } = await runPrepared({ ...prepared, plan }, setting, { store }).finally(() =>
    progress.close(),
  );
  context.signal.throwIfAborted();
  return result;
}
