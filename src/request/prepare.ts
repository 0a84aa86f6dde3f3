import { randomInt } from "node:crypto";
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { badRequest } from "../failure.js";
import type { Catalogue } from "../manifest/catalogue.js";
import type { ReproFolder } from "../manifest/load.js";
import { stageRepro } from "../manifest/stage.js";
import { makePlan } from "../plan/make.js";
import type { Plan } from "../plan/plan.js";
import type { CampaignRequest } from "../plan/request.js";
import { takeOutsideFiles } from "./outside-files.js";
import type { ResolveOptions } from "../images/source/resolve.js";
import { Sources } from "../images/source/sources.js";
import { loadCatalogue, loadSourceRecipes } from "./shelves.js";
import { makeStateFolder, STATE_FOLDER } from "../workspace/state-folder.js";
import { isInline, loadSubject, type Subject } from "./subject.js";

/** Everything that is settled before an engine is asked for anything. */
export interface Prepared {
  readonly repro: ReproFolder;
  /** What environments are built from, where that is source. */
  readonly sources: Sources;
  readonly catalogue: Catalogue;
  readonly plan: Plan;
}

/** What names of refs meant before, for a campaign that goes on and for a bundle; and how to fetch what is not here yet. */
export type KnownSources = Pick<ResolveOptions, "pinned" | "obtain">;

/** Copies of the repros that were run, by source hash. */
export const STAGED_FOLDER = join(STATE_FOLDER, "repros");

/** A campaign that is asked for: what is run, and how. The one form of it from flags and the library's options down to the plan. */
export interface Asked {
  readonly subject: Subject;
  readonly request: CampaignRequest;
  /** The words after `vivarium` that repeat it, for reports. */
  readonly commandLine: readonly string[];
}

/** Loads repro and catalogue and makes the plan. Paths are relative to `cwd`. Throws a Failure("request"). */
export async function prepare(
  { subject, request, commandLine }: Asked,
  cwd: string,
  known: KnownSources = {},
): Promise<Prepared> {
  const catalogue = await loadCatalogue();
  const repro = await loadSubject(subject, request, catalogue, cwd);
  try {
    return await prepareLoaded(repro, catalogue, request, commandLine, cwd, known);
  } finally {
    // A source in a string was written down to be copied, and is there no longer.
    if (isInline(subject)) await rm(repro.path, { recursive: true, force: true });
  }
}

/** Names like `musl@v1.2.4` become entries of the catalogue, each pinned to what it means now, or meant when the plan was made. */
async function sourcesOf(
  { manifest }: ReproFolder,
  catalogue: Catalogue,
  { environments, runOn, sources, buildOn }: CampaignRequest,
  cwd: string,
  known: KnownSources,
): Promise<{ readonly catalogue: Catalogue; readonly sources: Sources }> {
  const state = join(cwd, STATE_FOLDER);
  const names = [...(environments?.length ? environments : (manifest.environments ?? [])), ...(runOn ?? [])];
  const any = (sources?.length ?? 0) > 0 || names.some((name) => name.includes("@"));
  if (!any) return { catalogue, sources: new Sources([], state) };
  const { resolveSources } = await import("../images/source/resolve.js");
  const recipes = await loadSourceRecipes();
  return resolveSources(catalogue, names, { recipes, sources: sources ?? [], buildOn, cwd, state, ...known });
}

/** The same for a repro that is loaded already. Flags' files are taken relative to `cwd`. */
export async function prepareLoaded(
  loaded: ReproFolder,
  suites: Catalogue,
  request: CampaignRequest,
  command: readonly string[],
  cwd: string,
  known: KnownSources = {},
): Promise<Prepared> {
  if (request.seed !== undefined && !(Number.isSafeInteger(request.seed) && request.seed >= 0)) {
    throw badRequest(`--seed ${request.seed}: not a whole number`, "for example: --seed 7");
  }
  await makeStateFolder(cwd);
  const { catalogue, sources } = await sourcesOf(loaded, suites, request, cwd, known);
  const taken = await takeOutsideFiles(loaded, request, cwd);
  const { repro, hash } = await stageRepro(taken.repro, join(cwd, STAGED_FOLDER));
  const plan = makePlan({
    manifest: repro.manifest,
    sourceHash: hash,
    catalogue,
    request: taken.request,
    seed: randomInt(2 ** 31),
    parallel: availableParallelism(),
    command,
  });
  return { repro, catalogue, plan, sources };
}
