import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Sources } from "../../images/source/sources.js";
import { takeOutsideFiles } from "../../request/outside-files.js";
import { parseDocumentAs } from "../../manifest/document.js";
import { ScheduleFile } from "../../plan/schedule.js";
import { loadCatalogue } from "../../request/shelves.js";
import { stagedRepro } from "../../request/staged-repro.js";
import type { Result } from "../../result/result.js";
import type { HeaderEntry } from "../../run/journal/entry.js";
import { readHeader } from "../../run/store/open-campaign.js";
import { wholeCampaign, type CampaignPlace } from "../../workspace/campaign-place.js";
import { VERSION } from "../../workspace/package.js";
import { STATE_FOLDER } from "../../workspace/state-folder.js";
import { bundleFiles } from "./contents.js";

/** A campaign's files in a bundle, and what its journal began with. */
export interface CampaignFiles {
  readonly header: HeaderEntry;
  /** Where it was run: what its request names is relative to that. */
  readonly home: string;
  readonly files: Map<string, Buffer>;
}

/** Reads what a campaign left on disk. `result`: as it is to be shared; `redact`: does the same for any other document. */
export async function campaignFiles(
  place: CampaignPlace,
  wanted: string,
  result: Result,
  redact: (document: unknown) => unknown,
): Promise<CampaignFiles> {
  const { folder, home } = await wholeCampaign(place, wanted);
  const header = await readHeader(folder);
  const taken = await takeOutsideFiles(await stagedRepro(header.plan, home), header.plan.request, home);
  const files = await bundleFiles({
    header,
    result,
    repro: taken.repro,
    catalogue: await loadCatalogue(),
    version: VERSION,
    schedules: await readSchedules(folder, result),
    patch: (patch) => new Sources([], join(home, STATE_FOLDER)).patch(patch),
    redact,
  });
  return { header, home, files };
}

async function readSchedules(folder: string, { environments }: Result): Promise<Map<string, ScheduleFile>> {
  const paths = environments.flatMap(({ signatures }) =>
    signatures.flatMap(({ schedule, hold }) => [schedule?.file ?? [], hold?.file ?? []].flat()),
  );
  const read = paths.map(async (path): Promise<[string, ScheduleFile]> => {
    const text = await readFile(join(folder, path), "utf8");
    return [path, parseDocumentAs(ScheduleFile, text, path)];
  });
  return new Map(await Promise.all(read));
}
