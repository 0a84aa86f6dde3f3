import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { badRequest } from "../../failure.js";
import { byAge, campaignId, idSuffix, isCampaignId } from "./campaign-id.js";
import { unwritable } from "../journal/writer.js";

/** Where campaigns are kept, one folder each, in the folder that vivarium is run in. */
export const CAMPAIGNS_FOLDER = join(".vivarium", "campaigns");
/** Where `verify` keeps its own, so that `latest` is what its user ran. */
export const VERIFIED_FOLDER = join(".vivarium", "verified");
/** Lists of candidates in messages end here. */
const NAMED = 10;
const AGAIN = "start the campaign again";

/** The campaigns of a folder. */
export class CampaignStore {
  constructor(readonly root: string) {}

  /** Names of all campaigns, oldest first; empty where the folder is not there yet. */
  async list(): Promise<string[]> {
    try {
      const entries = await readdir(this.root, { withFileTypes: true });
      return entries
        .filter((entry) => entry.isDirectory() && isCampaignId(entry.name))
        .map(({ name }) => name)
        .sort(byAge);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  }

  /** A campaign's folder. */
  path(id: string): string {
    return join(this.root, id);
  }

  /** The newest campaign, or null. */
  async latest(): Promise<string | null> {
    return (await this.list()).at(-1) ?? null;
  }

  /**
   * The campaign that a person means: `latest`, a name, the beginning of one, or its last four characters. Null where it is
   * none; throws Failure("request") where it is more than one.
   */
  async match(wanted: string): Promise<string | null> {
    const all = await this.list();
    if (all.includes(wanted)) return wanted;
    if (wanted === "latest") return all.at(-1) ?? null;
    const matches = all.filter((id) => wanted !== "" && (id.startsWith(wanted) || idSuffix(id) === wanted));
    if (matches.length <= 1) return matches[0] ?? null;
    throw badRequest(
      `'${wanted}' may be any of ${matches.length} campaigns`,
      `Say which: ${named(matches)}.`,
    );
  }

  /** The same, where it must be one. */
  async find(wanted: string): Promise<string> {
    const found = await this.match(wanted);
    if (found !== null) return found;
    const all = await this.list();
    const known = all.length === 0 ? "There is none yet." : `There are: ${named(all)}.`;
    throw badRequest(`no campaign '${wanted}' in ${this.root}`, known);
  }

  /** Makes the folder of a new campaign and returns its name. */
  async make(repro: string, at: Date): Promise<string> {
    await mkdir(this.root, { recursive: true }).catch((error: unknown) => {
      throw unwritable(this.root, error, AGAIN);
    });
    for (;;) {
      const id = campaignId(repro, at, Math.random());
      try {
        await mkdir(this.path(id));
        return id;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw unwritable(this.path(id), error, AGAIN);
      }
    }
  }
}

/** The newest of these names, and how many more there are. */
export function named(ids: readonly string[]): string {
  const newest = ids.slice(-NAMED).reverse().join(", ");
  return ids.length > NAMED ? `${newest} and ${ids.length - NAMED} older ones` : newest;
}
