import { join, relative } from "node:path";
import { snapshotArchive } from "../campaign/snapshot-archive.js";
import { prepare, type Asked, type Prepared } from "../request/prepare.js";
import type { SearchResult } from "../result/search/search-result.js";
import type { ProgramSearch } from "../search/candidate/program-search.js";
import { openLockFile } from "../workspace/lock-file.js";
import { searchToResume } from "../workspace/search-place.js";
import { askedOf } from "./asked.js";
import type { CliContext } from "./command.js";
import type { CampaignVerbArgs } from "./flags/campaign-flags.js";
import { knownSources } from "./known-sources.js";
import { openEngine } from "./open-engine.js";
import { openProgress } from "./open-progress.js";
import { tellResume } from "./tell-resume.js";

export type ProgramSearchArgs = CampaignVerbArgs & { contrast?: string[] };

/** One verb that looks for something in a program: what it asks for beside the repro, and how it finds it. */
export interface ProgramVerb<Extra> {
  readonly kind: string;
  /** What flags ask for beyond the repro; JSON, kept in the journal. Throws a Failure("request"). */
  readonly extra: (prepared: Prepared) => Promise<Extra>;
  readonly carryOut: (search: ProgramSearch, extra: Extra) => Promise<SearchResult>;
}

/** What the header of its journal says a search was asked for. */
interface Kept<Extra> {
  readonly asked: Asked;
  readonly extra: Extra;
}

/** Begins such a search, or goes on with one, and shows what it found. Returns the result and what was asked for. */
export async function runProgramSearch<Extra>(
  args: ProgramSearchArgs,
  context: CliContext,
  verb: ProgramVerb<Extra>,
): Promise<{ readonly result: SearchResult; readonly extra: Extra }> {
  const { beginSearch, resumeSearch } = await import("../search/open-search.js");
  const { removeBuildCaches, sweepBeforeSearch } = await import("../search/candidate/build-cache.js");
  const place = args.resume === undefined ? null : await searchToResume(args.resume, verb.kind, context.cwd);
  const home = place?.home ?? context.cwd;
  const begun = place === null ? await begin(args, context, verb) : null;
  const search =
    begun === null || place !== null
      ? await resumeSearch(place?.folder as string, home, verb.kind)
      : await beginSearch(home, {
          kind: verb.kind,
          request: begun.kept,
          command: begun.kept.asked.commandLine,
          repro: begun.prepared.plan.repro.name,
        });
  const progress = openProgress(args.progress, context);
  const ended = tellResume(verb.kind, search.header.id, progress, context);
  try {
    const { asked, extra } = search.header.request as Kept<Extra>;
    const prepared = begun?.prepared ?? (await prepare(asked, home));
    const engine = await openEngine(args, context);
    await sweepBeforeSearch(engine);
    const settings = {
      base: args.base,
      platform: args.platform,
      snapshotArchive: snapshotArchive(args, home),
      pins: await openLockFile(home, args),
    };
    const { sink } = progress;
    const carried = { prepared, search, engine, sink, signal: context.signal, settings };
    const result = await verb
      .carryOut(carried, extra)
      .finally(() => removeBuildCaches(engine, search.header.id));
    progress.close();
    await show(result, search.folder, args.json === true, context);
    return { result, extra };
  } finally {
    ended();
    progress.close();
    await search.close();
  }
}

async function begin<Extra>(
  args: ProgramSearchArgs,
  context: CliContext,
  { extra }: ProgramVerb<Extra>,
): Promise<{ kept: Kept<Extra>; prepared: Prepared }> {
  const wanted = await askedOf(args, context.argv, context.cwd);
  const { environments } = wanted.request;
  const contrast = args.contrast ?? [];
  const request = environments === undefined ? {} : { environments: [...environments, ...contrast] };
  const asked: Asked = { ...wanted, request: { ...wanted.request, ...request } };
  const prepared = await prepare(asked, context.cwd, knownSources(args, context));
  return { kept: { asked, extra: await extra(prepared) }, prepared };
}

async function show(result: SearchResult, folder: string, json: boolean, context: CliContext): Promise<void> {
  if (json) {
    const { SEARCH_FORMATS } = await import("../report/search/formats.js");
    context.stdout.write(SEARCH_FORMATS.json.render(result));
    return;
  }
  const { showSearch } = await import("./summary.js");
  showSearch(result, relative(context.cwd, folder) || join("."), context);
}

/** The exit code of a search that was not interrupted by what it came to: 3 where that could not be told. */
export function searchExitCode(result: SearchResult, context: CliContext): number {
  if (context.signal.aborted) return 130;
  return result.verdict === "undecided" ? 3 : 0;
}
