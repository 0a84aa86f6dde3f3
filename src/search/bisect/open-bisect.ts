import { resolve } from "node:path";
import type { Catalogue } from "../../manifest/catalogue.js";
import type { ReproFolder } from "../../manifest/load.js";
import { selectEnvironments } from "../../plan/environments.js";
import type { CampaignRequest } from "../../plan/request.js";
import { prepareLoaded, type Asked } from "../../request/prepare.js";
import { loadSourceRecipes } from "../../request/shelves.js";
import { loadSubject } from "../../request/subject.js";
import { makeStateFolder } from "../../workspace/state-folder.js";
import { searchToResume } from "../../workspace/search-place.js";
import { beginSearch, resumeSearch, type OpenSearch } from "../open-search.js";
import type { Find } from "../strategy/bisect/options.js";
import { territoryOf } from "./over.js";
import { isCommits, rangeOf, rangeText, cloneOf } from "./project.js";
import { isSetting } from "./settings.js";
import type { Territory } from "./territory.js";

/** What a bisection is asked for; JSON, kept in its journal. */
export interface BisectRequest {
  readonly asked: Asked;
  readonly over: string;
  readonly sources: readonly string[];
  /** Null: what is usual for what is bisected. */
  readonly find: Find | null;
  readonly confidence: number;
  readonly cap: number;
}

/** A bisection that may begin: its folder is there and locked. */
export interface OpenBisect {
  readonly search: OpenSearch;
  readonly territory: Territory;
  readonly request: BisectRequest;
  readonly find: Find;
}

/** Settles all that can be told without an engine, and begins the search, or goes on with one. Throws a Failure("request"). */
export async function openBisect(
  wanted: BisectRequest | { readonly resume: string },
  catalogue: Catalogue,
  cwd: string,
): Promise<OpenBisect> {
  if ("resume" in wanted) {
    const { folder, home } = await searchToResume(wanted.resume, "bisect", cwd);
    const search = await resumeSearch(folder, home, "bisect");
    const request = search.header.request as BisectRequest;
    try {
      return { search, request, ...(await groundOf(request, catalogue, home)) };
    } catch (error) {
      await search.close();
      throw error;
    }
  }
  const { repro, ...ground } = await groundOf(wanted, catalogue, cwd);
  const { territory } = ground;
  // Names of commits may move: from here on both ends are what they are now.
  const over = isCommits(wanted.over)
    ? rangeText({ ...rangeOf(wanted.over), from: territory.oldEnd, to: territory.newEnd })
    : wanted.over;
  const request = {
    ...wanted,
    over,
    sources: isCommits(over) ? [sourceOf(wanted, repro, cwd)] : wanted.sources,
  };
  await makeStateFolder(cwd);
  const search = await beginSearch(cwd, {
    kind: "bisect",
    request,
    command: wanted.asked.commandLine,
    repro: repro.manifest.name,
  });
  return { search, request, ...ground };
}

function sourceOf({ over, sources }: BisectRequest, repro: ReproFolder, cwd: string): string {
  const { name } = rangeOf(over);
  return `${name}=${resolve(cwd, cloneOf(name, sources, repro, cwd))}`;
}

async function groundOf({ asked, over, sources, find }: BisectRequest, catalogue: Catalogue, cwd: string) {
  const repro = await loadSubject(asked.subject, asked.request, catalogue, cwd);
  const plan = (changed: ReproFolder, request: CampaignRequest) =>
    prepareLoaded(
      changed,
      catalogue,
      withoutProject(oneCell(request, repro, catalogue)),
      asked.commandLine,
      cwd,
    );
  const planSource = (changed: ReproFolder, request: CampaignRequest) =>
    prepareLoaded(changed, catalogue, { ...request, seed: request.seed ?? 0 }, asked.commandLine, cwd);
  const recipes = await loadSourceRecipes();
  const territory = await territoryOf({
    over,
    sources,
    compiler: asked.request.build?.cc,
    repro,
    catalogue,
    cwd,
    recipes,
    plan,
    planSource,
  });
  const usual: Find = isSetting(over) || territory.unit === "hunk" ? "changed" : "introduced";
  return { repro, territory, find: find ?? usual };
}

/** `--source .=PATH` is the user's own project, which no environment is built from. */
function withoutProject(request: CampaignRequest): CampaignRequest {
  return { ...request, sources: (request.sources ?? []).filter((text) => !text.startsWith(".=")) };
}

/** One environment: the first that is asked for, or that the repro names. */
function oneCell(request: CampaignRequest, { manifest }: ReproFolder, catalogue: Catalogue): CampaignRequest {
  const asked = request.environments?.length
    ? request.environments
    : (manifest.environments ?? ["glibc-2.36"]);
  const [first] = selectEnvironments(asked, catalogue, manifest.language);
  return { ...request, seed: request.seed ?? 0, environments: first === undefined ? [] : [first.id] };
}
