import { basename, relative } from "node:path";
import { carryOut, type CarryOutInput, type Reproduction } from "../campaign/carry-out.js";
import type { Prepared } from "../request/prepare.js";
import type { SearchResult } from "../result/search/search-result.js";
import type { OpenSearch } from "./open-search.js";

/** What all campaigns of a search have in common. */
export type CampaignSettings = Pick<
  CarryOutInput,
  "engine" | "sink" | "signal" | "base" | "platform" | "snapshotArchive" | "pins"
>;

/** A whole campaign of a search, with gdb, statistics and reports, in the search's own folder. */
export function campaignOf(
  search: Pick<OpenSearch, "campaigns">,
  { plan, repro, catalogue, sources }: Prepared,
  settings: CampaignSettings,
): Promise<Reproduction> {
  return carryOut({ ...settings, plan, repro, catalogue, sources, store: search.campaigns });
}

/** The same as a piece of evidence of the search's result. `role`: what it shows. */
export function evidenceOf(
  search: Pick<OpenSearch, "folder">,
  role: string,
  { result, folder }: Reproduction,
): SearchResult["evidence"][number] {
  return { role, campaign: basename(folder), folder: relative(search.folder, folder), result };
}
