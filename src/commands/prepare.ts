import { randomInt } from "node:crypto";
import { availableParallelism } from "node:os";
import { badRequest } from "../failure.js";
import type { Catalogue } from "../manifest/catalogue.js";
import { loadRepro, type ReproFolder } from "../manifest/load.js";
import { sourceHash } from "../manifest/source-hash.js";
import { makePlan } from "../plan/make.js";
import type { Plan } from "../plan/plan.js";
import type { CampaignRequest } from "../plan/request.js";
import { loadCatalogue, shelves } from "./shelves.js";

/** Everything that is settled before an engine is asked for anything. */
export interface Prepared {
  readonly repro: ReproFolder;
  readonly catalogue: Catalogue;
  readonly plan: Plan;
}

/** The repro of a campaign when none is named: the one that vivarium was built for. */
export const FIRST_REPRO = "golang-13470";

/** Loads repro and catalogue and makes the plan. `command` is the command line that was typed. */
export async function prepare(
  argument: string,
  request: CampaignRequest,
  command: readonly string[],
  cwd: string,
): Promise<Prepared> {
  const repro = await loadRepro(argument, shelves(cwd), cwd);
  const catalogue = await loadCatalogue();
  return prepareLoaded(repro, catalogue, request, command);
}

export async function prepareLoaded(
  repro: ReproFolder,
  catalogue: Catalogue,
  request: CampaignRequest,
  command: readonly string[],
): Promise<Prepared> {
  if (request.seed !== undefined && !(Number.isSafeInteger(request.seed) && request.seed >= 0)) {
    throw badRequest(`--seed ${request.seed}: not a whole number`);
  }
  const plan = makePlan({
    manifest: repro.manifest,
    sourceHash: await sourceHash(repro),
    catalogue,
    request,
    seed: randomInt(2 ** 31),
    parallel: availableParallelism(),
    command,
  });
  return { repro, catalogue, plan };
}
