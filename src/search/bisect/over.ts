import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { badRequest } from "../../failure.js";
import type { Catalogue } from "../../manifest/catalogue.js";
import type { ReproFolder } from "../../manifest/load.js";
import { hunks, type ReproPlanner } from "./diff.js";
import { cloneOf, isCommits, project, rangeOf } from "./project.js";
import { isSetting, settings } from "./settings.js";
import type { Territory } from "./territory.js";
import { versions } from "./versions.js";

/** All that a territory is made from. */
export interface Ground {
  readonly over: string;
  /** `--source NAME=PATH`. */
  readonly sources: readonly string[];
  readonly repro: ReproFolder;
  readonly catalogue: Catalogue;
  readonly cwd: string;
  readonly plan: ReproPlanner;
}

/** What `--over` names: commits, hunks of a diff, values of a setting, or versions of the catalogue. Throws a Failure("request"). */
export async function territoryOf({
  over,
  sources,
  repro,
  catalogue,
  cwd,
  plan,
}: Ground): Promise<Territory> {
  if (isSetting(over)) return settings(over, (request) => plan(repro, request));
  if (isCommits(over)) {
    const { name } = rangeOf(over);
    const clone = cloneOf(name, sources, repro, cwd);
    if (name !== ".")
      throw badRequest(
        `--over ${over}: commits of ${name} cannot be bisected yet`,
        "bisect your own project so: --source .=PATH --over .@good..bad",
      );
    return project(over, clone, repro, plan);
  }
  if (/\.(diff|patch)$/.test(over) || (await isFile(resolve(cwd, over))))
    return hunks(over, repro, cwd, plan);
  return versions(over, catalogue, repro.manifest.language, (request) => plan(repro, request));
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true;
}
