import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { badRequest } from "../../failure.js";
import type { Catalogue } from "../../manifest/catalogue.js";
import type { ReproFolder } from "../../manifest/load.js";
import type { SourceRecipe } from "../../manifest/source-recipe.js";
import { hunks, type ReproPlanner } from "./diff.js";
import { gccPasses, isPasses } from "./gcc-passes.js";
import { cloneOf, isCommits, project, rangeOf } from "./project.js";
import { sourceCommits } from "./source-commits.js";
import { isSetting, settings } from "./settings.js";
import type { Territory } from "./territory.js";
import { versions } from "./versions.js";

/** All that a territory is made from. */
export interface Ground {
  readonly over: string;
  /** `--source NAME=PATH`. */
  readonly sources: readonly string[];
  /** `--cc`. */
  readonly compiler?: string | undefined;
  readonly repro: ReproFolder;
  readonly catalogue: Catalogue;
  readonly cwd: string;
  /** How sources are built, by name. */
  readonly recipes: Readonly<Record<string, SourceRecipe>>;
  /** Plans one environment of the catalogue, the first that is asked for. */
  readonly plan: ReproPlanner;
  /** Plans an environment that is built from source. */
  readonly planSource: ReproPlanner;
}

/** What `--over` names: commits, hunks of a diff, values of a setting, or versions of the catalogue. Throws a Failure("request"). */
export async function territoryOf({
  over,
  sources,
  compiler,
  repro,
  catalogue,
  cwd,
  recipes,
  plan,
  planSource,
}: Ground): Promise<Territory> {
  if (isPasses(over)) {
    const cc = compiler ?? repro.manifest.cc ?? "gcc";
    return gccPasses(over, cc, (request) => plan(repro, request));
  }
  if (isSetting(over)) return settings(over, (request) => plan(repro, request));
  if (isCommits(over)) {
    const range = rangeOf(over);
    const clone = cloneOf(range.name, sources, repro, cwd);
    return range.name === "."
      ? project(over, clone, repro, plan)
      : sourceCommits(range, clone, recipes, (request) => planSource(repro, request));
  }
  if (/\.(diff|patch)$/.test(over) || (await isFile(resolve(cwd, over))))
    return hunks(over, repro, cwd, plan);
  if (over.includes("..") || over.includes("@"))
    throw badRequest(
      `--over ${over}: neither a range of commits nor a pattern of environments`,
      "commits are written SOURCE@OLDER..NEWER: '.@v1.2..v1.3' for your own project, 'musl@v1.2.2..v1.2.3' for a --source",
    );
  return versions(over, catalogue, repro.manifest.language, (request) => plan(repro, request));
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true;
}
