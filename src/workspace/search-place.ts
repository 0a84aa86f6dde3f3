import { join } from "node:path";
import { badRequest } from "../failure.js";
import { byAge } from "../run/store/campaign-id.js";
import { CAMPAIGNS_FOLDER, CampaignStore } from "../run/store/store.js";
import { foldersAbove } from "./folders-above.js";

/** Where searches are kept, one folder each, beside the campaigns. */
export const SEARCHES_FOLDER = join(".vivarium", "searches");

/** Where a search lies. */
export interface SearchPlace {
  readonly id: string;
  readonly folder: string;
  /** The folder whose `.vivarium` holds it. */
  readonly home: string;
}

/**
 * The search that a person means by an id, a part of one or `latest`, in the nearest folder that has one; null where it is none. `latest` is
 * one only where no campaign there is newer.
 */
export async function findSearch(wanted: string, cwd: string): Promise<SearchPlace | null> {
  for (const home of await foldersAbove(cwd)) {
    const searches = new CampaignStore(join(home, SEARCHES_FOLDER));
    const campaigns = new CampaignStore(join(home, CAMPAIGNS_FOLDER));
    const id = await searches.match(wanted);
    if (wanted === "latest") {
      const campaign = await campaigns.latest();
      if (campaign !== null && (id === null || byAge(id, campaign) < 0)) return null;
    }
    if (id !== null) return { id, folder: searches.path(id), home };
  }
  return null;
}

/** The search to go on with. Throws a Failure("request") where there is none of that name. */
export async function searchToResume(wanted: string, kind: string, cwd: string): Promise<SearchPlace> {
  if (wanted !== "latest") {
    const found = await findSearch(wanted, cwd);
    if (found !== null) return found;
  } else {
    for (const home of await foldersAbove(cwd)) {
      const searches = new CampaignStore(join(home, SEARCHES_FOLDER));
      const id = (await searches.list()).filter((each) => each.includes(`-${kind}-`)).at(-1);
      if (id !== undefined) return { id, folder: searches.path(id), home };
    }
  }
  throw badRequest(
    `no search '${wanted}' in ${SEARCHES_FOLDER} here or in a folder above`,
    `vivarium ${kind} makes one`,
  );
}

/** Ids of the searches of a folder and those above it. */
export async function searchIds(cwd: string): Promise<string[]> {
  const stores = (await foldersAbove(cwd)).map((home) => new CampaignStore(join(home, SEARCHES_FOLDER)));
  return (await Promise.all(stores.map((store) => store.list()))).flat();
}
