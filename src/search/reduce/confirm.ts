import { join } from "node:path";
import { loadRepro } from "../../manifest/load.js";
import type { CampaignRequest } from "../../plan/request.js";
import { prepareLoaded, type Prepared } from "../../request/prepare.js";
import type { Result } from "../../result/result.js";
import { campaignOf } from "../campaign-of.js";
import type { Material } from "../candidate/material.js";
import { writeRepro, type Whole } from "../candidate/whole.js";
import { withoutGaps } from "./format.js";
import type { ReduceInput } from "./input.js";
import { bestOf, type ReduceState } from "./state.js";

/** Steps that are taken back at the end, where what is left does not do in a whole campaign what it did before. */
const TAKE_BACK = 3;

/** What was kept, confirmed. `after`: null where it was interrupted before that. */
export interface Confirmed {
  readonly material: Material;
  readonly after: Awaited<ReturnType<typeof campaignOf>> | null;
  readonly asBefore: boolean;
}

/** A whole campaign of what is left, as `format` writes it, in every environment of the first; where it does otherwise, of what was left a step before. */
export async function confirm(
  { prepared, search, sink, signal, settings, engine }: ReduceInput,
  whole: Whole,
  state: ReduceState<Material>,
  { before, format }: { before: Result; format: (material: Material) => Promise<Material> },
): Promise<Confirmed> {
  const steps = [...state.steps].reverse().slice(0, TAKE_BACK + 1);
  let last: Confirmed = { material: presentable(bestOf(state)), after: null, asBefore: false };
  for (const { material } of steps) {
    if (signal.aborted) return last;
    const shown = await format(presentable(material));
    const folder = join(search.folder, "confirmed");
    await writeRepro(folder, shown, whole.folder);
    const smaller = await prepareFolder(folder, prepared, search.home);
    const after = await campaignOf(search, smaller, { ...settings, engine, sink, signal });
    last = { material: shown, after, asBefore: sameAs(before, after.result) };
    if (last.asBefore || signal.aborted) return last;
  }
  return last;
}

async function prepareFolder(folder: string, { catalogue, plan }: Prepared, home: string): Promise<Prepared> {
  const { environments, stop, parallel, seed, captures, expect } = plan.request;
  const request = {
    environments: environments ?? plan.cells.map(({ builtIn }) => builtIn.id),
    stop,
    parallel,
    seed,
    captures,
    expect,
  };
  const given = Object.fromEntries(
    Object.entries(request).filter(([, value]) => value !== undefined),
  ) as CampaignRequest;
  return prepareLoaded(await loadRepro(folder, [], home), catalogue, given, ["run", folder], home);
}

/** The same expectations are met, and each crash has a signature that the whole program's had. */
function sameAs(before: Result, after: Result): boolean {
  return after.environments.every((environment) => {
    const was = before.environments.find(({ id }) => id === environment.id);
    if (was === undefined) return true;
    if (was.expectation?.met !== environment.expectation?.met) return false;
    if ((was.rate?.estimate ?? 0) === 0) return (environment.rate?.estimate ?? 0) === 0;
    const known = new Set(was.signatures.map(({ id }) => id));
    return environment.signatures.some(({ id, outcome }) => outcome !== "clean" && known.has(id));
  });
}

/** As it is written for people: without gaps. */
export function presentable({ manifest, files }: Material): Material {
  return { manifest, files: withoutGaps(files) };
}
