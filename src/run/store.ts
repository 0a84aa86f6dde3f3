import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { badRequest } from "../failure.js";
import { byAge, campaignId, idSuffix, isCampaignId } from "./campaign-id.js";
import { unwritable } from "./journal-writer.js";

/** Where campaigns are kept, one folder each, in the folder that vivarium is run in. */
export const CAMPAIGNS_FOLDER = join(".vivarium", "campaigns");
/** Lists of candidates in messages end here. */
const NAMED = 10;
const AGAIN = "start the campaign again";

/** The campaigns of a folder. */
export class CampaignStore {
  constructor(readonly root: string = CAMPAIGNS_FOLDER) {}

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
   * The campaign that a person means: `latest`, a name, the beginning of one, or its last four characters. Throws
   * Failure("request") where it is none, or more than one.
   */
  async find(wanted: string): Promise<string> {
    const all = await this.list();
    if (all.includes(wanted)) return wanted;
    const newest = all.at(-1);
    if (wanted === "latest" && newest !== undefined) return newest;
    const matches = all.filter((id) => wanted !== "" && (id.startsWith(wanted) || idSuffix(id) === wanted));
    const [only] = matches;
    if (only === undefined) {
      const known = all.length === 0 ? "There is none yet." : `There are: ${named(all)}.`;
      throw badRequest(`no campaign '${wanted}' in ${this.root}`, known);
    }
    if (matches.length > 1) {
      throw badRequest(
        `'${wanted}' may be any of ${matches.length} campaigns`,
        `Say which: ${named(matches)}.`,
      );
    }
    return only;
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

function named(ids: readonly string[]): string {
  const newest = ids.slice(-NAMED).reverse().join(", ");
  return ids.length > NAMED ? `${newest} and ${ids.length - NAMED} older ones` : newest;
}
