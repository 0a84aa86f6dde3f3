import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

const OTHERS_MAY_WRITE = 0o002;

/**
 * A folder and those above it, nearest first: where configuration, lock file and campaigns are looked for. One above that
 * anybody may write to (`/tmp`) is passed over: what lies there may be anybody's.
 */
export async function foldersAbove(folder: string): Promise<string[]> {
  const own = resolve(folder);
  const folders = [own];
  for (let below = own, at = dirname(own); at !== below; below = at, at = dirname(at)) {
    if (!(await isOpenToAll(at))) folders.push(at);
  }
  return folders;
}

async function isOpenToAll(folder: string): Promise<boolean> {
  // Windows has no such bits; Node makes them up.
  if (process.platform === "win32") return false;
  const found = await stat(folder).catch(() => null);
  return found === null || (found.mode & OTHERS_MAY_WRITE) !== 0;
}
