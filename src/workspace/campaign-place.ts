import { open, stat } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { badRequest } from "../failure.js";
import { JOURNAL_FILE } from "../run/store/open-campaign.js";
import { CAMPAIGNS_FOLDER, CampaignStore, named } from "../run/store/store.js";
import { foldersAbove } from "./folders-above.js";

export const RESULT_FILE = "result.json";

/** Where a campaign that a command line names lies. */
export interface CampaignPlace {
  /** Its result document, there once it is finished. */
  readonly result: string;
  /** Its folder, with its journal; null where it is a result document alone. */
  readonly folder: string | null;
  /** The folder that it was run in, whose `.vivarium` holds it; null where it was taken from there. */
  readonly home: string | null;
}

/**
 * The campaign that a person means, the same for every verb: a path (a campaign's folder, a file in it, a result document,
 * or a folder with campaigns, whose newest it is), `latest`, an id or a part of one. Ids are looked for in the current
 * folder, then in those above it. Throws a Failure("request") where there is none.
 */
export async function findCampaign(wanted: string, cwd: string): Promise<CampaignPlace> {
  if (!isPath(wanted)) {
    for (const home of await foldersAbove(cwd)) {
      const store = new CampaignStore(join(home, CAMPAIGNS_FOLDER));
      const id = await store.match(wanted);
      if (id !== null) return placeIn(store.path(id), home);
    }
  }
  const path = resolve(cwd, wanted);
  const found = await stat(path).catch(() => null);
  if (found !== null) return atPath(wanted, path, found.isDirectory());
  if (isPath(wanted)) throw badRequest(`no campaign '${wanted}': there is no such file or folder`, USAGE);
  const ids = await campaignIds(cwd);
  throw badRequest(
    `no campaign '${wanted}' in ${CAMPAIGNS_FOLDER} here or in a folder above`,
    ids.length === 0 ? "There is none yet: vivarium run makes one." : `There are: ${named(ids)}.`,
  );
}

const USAGE = "name a campaign's id, its folder, its result.json, or latest";

/** Ids of the campaigns of a folder and those above it, oldest first within each, the nearest folder's last. */
export async function campaignIds(cwd: string): Promise<string[]> {
  const stores = (await foldersAbove(cwd)).map((home) => new CampaignStore(join(home, CAMPAIGNS_FOLDER)));
  const lists = await Promise.all(stores.map((store) => store.list()));
  return lists.reverse().flat();
}

/**
 * A campaign that more can be done with than read its result: its journal and the copy of its repro are there. Throws a
 * Failure("request") where they are not.
 */
export async function wholeCampaign(
  { folder, home }: CampaignPlace,
  wanted: string,
): Promise<{ readonly folder: string; readonly home: string }> {
  if (folder !== null && home !== null && (await isFile(join(folder, JOURNAL_FILE)))) return { folder, home };
  throw badRequest(
    `'${wanted}' is a result without its campaign: the journal and the copy of the repro are not beside it`,
    `do this where it was run, in a folder whose ${CAMPAIGNS_FOLDER} holds it`,
  );
}

function isPath(wanted: string): boolean {
  return /[\\/]|\.json$|\.gz$|^\.{1,2}$/.test(wanted);
}

function placeIn(folder: string, home: string | null): CampaignPlace {
  return { folder, home, result: join(folder, RESULT_FILE) };
}

async function atPath(wanted: string, path: string, isFolder: boolean): Promise<CampaignPlace> {
  const folder = isFolder ? path : dirname(path);
  const isCampaign = await isFile(join(folder, JOURNAL_FILE));
  if (isFolder) {
    if (isCampaign || (await isFile(join(folder, RESULT_FILE)))) return placeIn(folder, homeOf(folder));
    const newest = await new CampaignStore(join(folder, CAMPAIGNS_FOLDER)).latest();
    if (newest !== null) return placeIn(join(folder, CAMPAIGNS_FOLDER, newest), folder);
    throw badRequest(
      `'${wanted}' is not a campaign's folder: it has neither ${JOURNAL_FILE} nor ${RESULT_FILE}`,
      USAGE,
    );
  }
  if (await isGzip(path)) throw badRequest(`'${wanted}' is a bundle`, `vivarium verify ${wanted}`);
  if (isCampaign) return placeIn(folder, homeOf(folder));
  if (!wanted.endsWith(".json"))
    throw badRequest(`'${wanted}' is neither a campaign nor a result document`, USAGE);
  return { folder: null, home: null, result: path };
}

/** The folder whose `.vivarium` this campaign lies in, in `campaigns` or in those of a search; else null. */
function homeOf(folder: string): string | null {
  const parts = resolve(folder).split(sep);
  const at = parts.lastIndexOf(".vivarium");
  const inside = parts.slice(at + 1).join("/");
  return at > 0 && /^(searches\/[^/]+\/)?campaigns\/[^/]+$/.test(inside)
    ? parts.slice(0, at).join(sep) || sep
    : null;
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true;
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  if (file === null) return false;
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}
