import { setTimeout as sleep } from "node:timers/promises";
import type { Wire } from "../connection/wire.js";
import { refusedWith } from "../refusal.js";

/** Something of a swarm that is to go, and how long that is tried. */
export interface Removal {
  /** What messages call it: `job NAME`. */
  readonly what: string;
  readonly path: string;
  readonly tries: number;
  /** Milliseconds before the next try; `tried` counts from 0. */
  readonly pauseMs: (tried: number) => number;
}

/** Removes something of a swarm; what is not there is removed already. Tells whether it is gone. Never throws. */
export async function remove(wire: Wire, { what, path, tries, pauseMs }: Removal): Promise<boolean> {
  for (let tried = 0; tried < tries; tried++) {
    try {
      await wire.bytes({ what: `remove ${what}`, method: "DELETE", path });
      return true;
    } catch (error) {
      if (refusedWith(error, 404)) return true;
      await sleep(pauseMs(tried), undefined, { ref: false });
    }
  }
  return false;
}
