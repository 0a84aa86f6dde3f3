import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { byAge } from "../run/store/campaign-id.js";
import { JOURNAL_FILE } from "../run/store/open-campaign.js";

/** A draft is written in seconds, and a lock is touched every ten of them: what is older is nobody's. */
const STALE_MS = 600_000;
/** Campaigns that are looked at, the newest: a start must not take longer for every one that ever was. */
const NEWEST = 200;
const DRAFT = /\.part$|\.draft$|^\.?lock-/;

/** Removes what processes that were killed were writing in the state folder, and campaigns that had not begun. */
export async function sweepDrafts(state: string): Promise<void> {
  const repros = join(state, "repros");
  for (const name of await names(repros)) {
    if (name.endsWith(".part")) await removeStale(join(repros, name));
  }
  const campaigns = join(state, "campaigns");
  for (const id of (await names(campaigns)).sort(byAge).slice(-NEWEST)) {
    const folder = join(campaigns, id);
    const files = await names(folder);
    for (const file of files) {
      if (DRAFT.test(file)) await removeStale(join(folder, file));
    }
    if (!files.includes(JOURNAL_FILE) && (await names(folder)).length === 0) await removeStale(folder);
  }
}

async function names(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** Never throws: what cannot be removed harms nobody. */
async function removeStale(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null || Date.now() - found.mtimeMs < STALE_MS) return;
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}
