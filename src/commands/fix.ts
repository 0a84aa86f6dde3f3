import { readFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { carryOut, type Reproduction } from "../campaign/carry-out.js";
import { snapshotArchive } from "../campaign/snapshot-archive.js";
import { askedOf } from "../cli/asked.js";
import { defineCommand, type CliContext } from "../cli/command.js";
import { campaignVerbFlags, type CampaignVerbArgs } from "../cli/flags/campaign-flags.js";
import { REFUSED_BY_FIX } from "../cli/flags/search-flags.js";
import { knownSources } from "../cli/known-sources.js";
import { openEngine } from "../cli/open-engine.js";
import { openProgress } from "../cli/open-progress.js";
import { tellResume } from "../cli/tell-resume.js";
import { showSearch } from "../cli/summary.js";
import type { Engine } from "../docker/engine.js";
import { badRequest, interrupted } from "../failure.js";
import { ownsAll, sourcePatch } from "../images/patch.js";
import type { Pins } from "../images/pins.js";
import { readSources } from "../images/sources.js";
import { partsOf } from "../manifest/pattern.js";
import { sourcesOf } from "../plan/source-pins.js";
import type { CampaignRequest } from "../plan/request.js";
import type { ProgressSink } from "../progress/event.js";
import type { Result } from "../result/result.js";
import type { SearchResult } from "../result/search/search-result.js";
import { SEARCH_FORMATS } from "../report/search/formats.js";
import { prepare, type Asked, type Prepared } from "../request/prepare.js";
import { evidenceOf } from "../search/campaign-of.js";
import { closeSearch } from "../search/close-search.js";
import { fixFound, type FixRuns } from "../search/fix-found.js";
import { beginSearch, resumeSearch, type OpenSearch } from "../search/open-search.js";
import { judgeFix } from "../search/strategy/fix.js";
import { openLockFile } from "../workspace/lock-file.js";
import { searchToResume } from "../workspace/search-place.js";

/** Attempts of a side at most, where nothing else is asked for. */
const CAP = 400;
/** And at least: "fixed" by two attempts is true where all others crashed, and nobody would take the patch for it. */
const LEAST = 50;

type FixArgs = CampaignVerbArgs & { patch?: string[] };

export const fix = defineCommand<FixArgs>({
  usage: "fix [repro]",
  describe: "test whether a patch fixes the crash: run both sides, and a control",
  examples: [
    ["fix crash.c --patch fix.diff", "a patch of the program itself"],
    [
      "fix musl-aligned-alloc --source musl=../musl --env musl@v1.2.2 --patch fix.diff",
      "with and without a patch of musl",
    ],
    ["fix golang-13470 --source go=../go --env glibc-2.31/go@go1.5.1 --patch fix.diff", "a patch of Go"],
    ["fix --resume latest", "go on with the one that was interrupted"],
  ],
  options: (yargs) =>
    campaignVerbFlags(
      yargs.option("patch", {
        type: "string",
        array: true,
        requiresArg: true,
        group: "What:",
        describe: "unified diff over the program's own sources, or over those of musl@REF, glibc@REF, go@REF",
      }),
      { interrupted: "one that was interrupted", refused: REFUSED_BY_FIX },
    ) as never,
  refused: REFUSED_BY_FIX,
  async act(args, context) {
    const begun = await begin(args, context);
    const { search, asked, patches } = begun;
    try {
      const result = await carryThrough(search, asked, patches, args, context);
      if (args.json === true) context.stdout.write(SEARCH_FORMATS.json.render(result));
      else showSearch(result, relative(context.cwd, search.folder), context);
      return exitCode(result);
    } finally {
      await search.close();
    }
  },
});

interface Begun {
  readonly search: OpenSearch;
  readonly asked: Asked;
  readonly patches: readonly string[];
}

/** What the search was asked, as its journal keeps it. */
type Kept = Pick<Begun, "asked" | "patches">;

async function begin(args: FixArgs, context: CliContext): Promise<Begun> {
  if (args.resume !== undefined) {
    const place = await searchToResume(args.resume, "fix", context.cwd);
    const search = await resumeSearch(place.folder, place.home, "fix");
    return { search, ...(search.header.request as Kept) };
  }
  const patches = (args.patch ?? []).map((path) => relative(context.cwd, resolve(context.cwd, path)));
  if (patches.length === 0) throw badRequest("fix: no --patch", "name a unified diff: --patch fix.diff");
  const plain = await askedOf(args, context.argv, context.cwd);
  const unpatched = await prepare(plain, context.cwd, knownSources(args, context));
  const over = await patchesWhat(patches, unpatched, context.cwd);
  const asked = bothSides(plain, patches, { over, environment: oneEnvironment(plain, unpatched) });
  // A wrong request is told before anything is written.
  const { plan } = await prepare(asked, context.cwd);
  if (plan.cells.length !== 2) {
    throw badRequest(
      `fix compares two sides, and this asks for ${plan.cells.length} combinations`,
      "choose one variant, one way of linking and one condition",
    );
  }
  const search = await beginSearch(context.cwd, {
    kind: "fix",
    request: { asked, patches },
    command: asked.commandLine,
    repro: typeof asked.subject === "string" ? asked.subject.replace(/^.*\//, "") : "program",
  });
  return { search, asked, patches };
}

/** What the patches are over: the program's own sources where it has every file that they name, else what the environment is built from. */
async function patchesWhat(
  patches: readonly string[],
  { repro, plan }: Prepared,
  cwd: string,
): Promise<"sources" | "environment"> {
  const environment = plan.cells[0]?.builtIn;
  const fromSource = environment !== undefined && sourcesOf(environment).length > 0;
  const own = Object.keys(await readSources(repro.path, plan.cells[0]?.build.sources ?? []));
  for (const path of patches) {
    const text = await readFile(resolve(cwd, path), "utf8").catch((error: NodeJS.ErrnoException) => {
      throw badRequest(`--patch ${path}: cannot be read: ${error.message}`, "a patch is a file here", error);
    });
    if (!fromSource) sourcePatch(path, text, own);
    else if (!ownsAll(text, own)) return "environment";
  }
  return "sources";
}

/** The environment that both sides are in: the one that is asked for, or that the repro begins with. */
function oneEnvironment({ request }: Asked, { plan }: Prepared): string {
  const asked = (request.environments ?? []).flatMap((text) => text.split(",")).filter((name) => name !== "");
  if (asked.length > 1 || asked.some((name) => /[*?!]/.test(name))) {
    throw badRequest(`fix takes one environment, not ${asked.join(",")}`, "for example: --env musl@v1.2.3");
  }
  return asked[0] ?? (plan.cells[0]?.builtIn.id as string);
}

/** The request over both sides: as it is, then with the patches over the program's sources, or over what of the environment is built from source. */
export function bothSides(
  asked: Asked,
  patches: readonly string[],
  { over, environment }: { readonly over: "sources" | "environment"; readonly environment: string },
): Asked {
  const { cap = CAP, ...rule } = asked.request.stop ?? {};
  const stop =
    Object.keys(rule).length > 0
      ? asked.request.stop
      : { untilDecided: true, cap, least: Math.min(LEAST, cap) };
  const request: CampaignRequest =
    over === "sources"
      ? { ...asked.request, environments: [environment], patches: [...patches], stop }
      : { ...asked.request, environments: [environment, patched(environment, patches)], stop };
  return { ...asked, request };
}

/** The environment with patches over what of it is built from source: Go where only that is, else the libc. */
function patched(environment: string, patches: readonly string[]): string {
  const [libc, go] = partsOf(environment);
  const onto = patches.map((path) => `+${path}`).join("");
  if (go?.includes("@") === true && !libc.includes("@")) return `${libc}/${go}${onto}`;
  return libc + onto + (go === undefined ? "" : `/${go}`);
}

async function carryThrough(
  search: OpenSearch,
  asked: Asked,
  patches: readonly string[],
  args: FixArgs,
  context: CliContext,
): Promise<SearchResult> {
  const both = await prepare(asked, search.home);
  const engine = await openEngine(args, context);
  const pins = await openLockFile(search.home, args);
  const progress = openProgress(args.progress, context);
  const ended = tellResume("fix", search.header.id, progress, context);
  const run = campaigns(search, engine, progress.sink, pins, args, context);
  try {
    const sides = await run(both);
    const attempts = attemptsOfControl(sides.result);
    const control = attempts === 0 ? null : await run(await controlOf(asked, attempts, search.home));
    const runs: FixRuns = {
      sides: sides.result,
      control: control?.result ?? null,
      judged: judgeFix(sides.result, control?.result ?? null),
      interrupted: context.signal.aborted,
      patches,
      ms: search.sinceStart(),
      evidence: [
        evidenceOf(search, "both sides, interleaved", sides),
        ...(control === null ? [] : [evidenceOf(search, "control: the unpatched side once more", control)]),
      ],
    };
    return await closeSearch(search, fixFound(runs));
  } finally {
    ended();
    progress.close();
  }
}

/** As many as the unpatched side made against the other; none where a control would tell nothing: a side was not built, or it never crashed. */
function attemptsOfControl({ environments, complete }: Result): number {
  const [without] = environments;
  if (!complete || environments.some(({ binary }) => binary === null) || without?.rate?.estimate === 0)
    return 0;
  return without?.attempts ?? 0;
}

/** The unpatched side alone, with as many attempts as it made against the other. */
function controlOf(asked: Asked, runs: number, home: string): Promise<Prepared> {
  const { patches: _, ...rest } = asked.request;
  const [name] = rest.environments ?? [];
  const request = { ...rest, environments: [name as string], stop: { runs }, captures: 0 };
  return prepare({ ...asked, request }, home);
}

/** Runs campaigns in the search's folder, one after the other; those of an earlier session go on, or are there already. */
function campaigns(
  search: OpenSearch,
  engine: Engine,
  sink: ProgressSink,
  pins: Pins | null,
  args: FixArgs,
  { cwd, signal }: CliContext,
): (prepared: Prepared) => Promise<Reproduction> {
  let next = 0;
  return async (prepared) => {
    const before = await search.campaigns.list();
    const done = await carryOut({
      ...prepared,
      engine,
      store: search.campaigns,
      resume: before[next++],
      sink,
      signal,
      base: args.base,
      platform: args.platform,
      snapshotArchive: snapshotArchive(args, cwd),
      pins,
    });
    if (signal.aborted) throw interrupted();
    return done;
  };
}

/** 0 fixed, 1 not, 3 where it could not be told. */
function exitCode({ details }: SearchResult): number {
  if (details.kind !== "fix") return 3;
  if (details.verdict === "fixed") return 0;
  return ["rarer", "no-difference", "another-crash", "more-often"].includes(details.verdict) ? 1 : 3;
}
