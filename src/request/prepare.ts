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
import { loadCatalogue } from "./shelves.js";
import { makeStateFolder, STATE_FOLDER } from "../workspace/state-folder.js";
import { isInline, loadSubject, type Subject } from "./subject.js";

/** Everything that is settled before an engine is asked for anything. */
export interface Prepared {
  readonly repro: ReproFolder;
  readonly catalogue: Catalogue;
  readonly plan: Plan;
}

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
export async function prepare({ subject, request, commandLine }: Asked, cwd: string): Promise<Prepared> {
  const catalogue = await loadCatalogue();
  const repro = await loadSubject(subject, request, catalogue, cwd);
  try {
    return await prepareLoaded(repro, catalogue, request, commandLine, cwd);
  } finally {
    // A source in a string was written down to be copied, and is there no longer.
    if (isInline(subject)) await rm(repro.path, { recursive: true, force: true });
  }
}

/** The same for a repro that is loaded already. Flags' files are taken relative to `cwd`. */
export async function prepareLoaded(
  loaded: ReproFolder,
  catalogue: Catalogue,
  request: CampaignRequest,
  command: readonly string[],
  cwd: string,
): Promise<Prepared> {
  if (request.seed !== undefined && !(Number.isSafeInteger(request.seed) && request.seed >= 0)) {
    throw badRequest(`--seed ${request.seed}: not a whole number`, "for example: --seed 7");
  }
  await makeStateFolder(cwd);
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
  return { repro, catalogue, plan };
}
