import { stat } from "node:fs/promises";
import { join } from "node:path";
import { badRequest } from "../failure.js";
import { Pins } from "../images/pins.js";
import { foldersAbove } from "./folders-above.js";

export const LOCK_FILE = "vivarium.lock";

/** Which way a lock file is meant; neither flag follows one that is there. */
export interface LockRequest {
  /** Write what the images are made from into the lock file, over what it said. */
  readonly lock?: boolean | undefined;
  /** Refuse whatever differs from the lock file. */
  readonly locked?: boolean | undefined;
}

/** The nearest lock file at or above a folder, or null where there is none and none is asked for; a new one is made here. */
export async function openLockFile(folder: string, { lock, locked }: LockRequest): Promise<Pins | null> {
  if (lock === true && locked === true) {
    throw badRequest(
      "--lock and --locked were both given",
      "--lock accepts what is found, --locked refuses what differs from the lock file",
    );
  }
  return Pins.read(await nearest(folder), locked === true ? "refuse" : lock === true ? "update" : "use");
}

async function nearest(folder: string): Promise<string> {
  for (const above of await foldersAbove(folder)) {
    const path = join(above, LOCK_FILE);
    if ((await stat(path).catch(() => null)) !== null) return path;
  }
  return join(folder, LOCK_FILE);
}
