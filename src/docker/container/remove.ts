import { setTimeout as sleep } from "node:timers/promises";
import { Refusal, refusedWith } from "../refusal.js";
import type { Wire } from "../connection/wire.js";

/** A container that a fork bomb fills takes the engine some seconds. */
const REMOVE_FOR_MS = 60_000;
/** An engine that does not answer at all is given less: what it has is left to the next sweep. */
const SILENT_FOR_MS = 5000;

/**
 * Kills and removes a container by name or id and waits until the engine has none of that name: a removal that is under
 * way already is awaited (409), one that failed is tried again. Never throws; false where it could not be seen to be gone.
 */
export async function removeContainer(wire: Wire, name: string, forMs = REMOVE_FOR_MS): Promise<boolean> {
  const began = performance.now();
  const until = began + Math.max(Math.min(forMs, 1500), wire.limit(forMs));
  let heard = began;
  for (let pause = 20; ; pause = Math.min(pause * 2, 500)) {
    try {
      await wire.bytes({
        what: `remove container ${name}`,
        method: "DELETE",
        path: `/containers/${encodeURIComponent(name)}`,
        query: { force: 1, v: 1 },
        // A request that stalls leaves time for another.
        deadlineMs: Math.max(500, forMs / 3),
      });
      return true;
    } catch (error) {
      if (refusedWith(error, 404)) return true;
      const now = performance.now();
      if (error instanceof Refusal) heard = now;
      if (now + pause > until || now - heard > wire.limit(SILENT_FOR_MS)) return false;
    }
    await sleep(pause);
  }
}
