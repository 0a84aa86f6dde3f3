const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";
const SUFFIX = 4;
const MINUTE_MS = 60_000;
/** Values of a suffix for each millisecond of a minute. */
const PER_MS = Math.floor(DIGITS.length ** SUFFIX / MINUTE_MS);
const LONGEST_NAME = 40;

/**
 * A campaign's name: `20261124-1655-golang-13470-k3f9`, the time (UTC) to the minute, the repro, and the moment in that
 * minute with some chance added, in base 36. `random` is from 0 to 1.
 */
export function campaignId(repro: string, at: Date, random: number): string {
  const [date = "", time = ""] = at.toISOString().split("T");
  const moment = (at.getTime() % MINUTE_MS) * PER_MS + Math.floor(random * PER_MS);
  const suffix = moment.toString(DIGITS.length).padStart(SUFFIX, "0");
  return `${date.replaceAll("-", "")}-${time.slice(0, 5).replace(":", "")}-${slug(repro)}-${suffix}`;
}

/** Whether a folder's name is a campaign's. */
export function isCampaignId(name: string): boolean {
  return /^\d{8}-\d{4}-[a-z0-9-]+-[a-z0-9]{4}$/.test(name);
}

/** The last four characters: enough to name one campaign of a minute. */
export function idSuffix(id: string): string {
  return id.slice(-SUFFIX);
}

/** Orders campaigns by when they began. */
export function byAge(a: string, b: string): number {
  const key = (id: string): string => id.slice(0, 13) + idSuffix(id) + id;
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
}

function slug(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST_NAME)
    .replace(/^-+|-+$/g, "");
  return plain === "" ? "repro" : plain;
}
