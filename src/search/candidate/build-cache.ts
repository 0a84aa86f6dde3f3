import type { Engine } from "../../docker/engine.js";
import { ownerOf, provablyDead, thisOwner } from "../../docker/owner.js";
import { keyOf } from "../../plan/key.js";

/** What marks a volume as the build cache of a search's candidates, with the search, and with the process that made it. */
export const SEARCH = "vivarium.candidates";
const MADE_BY = "vivarium.candidates.owner";

/**
 * The volume in which candidates of one search find what those before them compiled in the same environment image. It lasts as long as the
 * search: what a candidate writes into it can reach candidates of the same program, and the builds of no other one.
 */
export async function buildCache(engine: Engine, search: string, image: string): Promise<string> {
  const name = `vivarium-candidates-${keyOf({ search, image }).slice(0, 16)}`;
  await engine.createVolume(name, { [SEARCH]: search, [MADE_BY]: JSON.stringify(thisOwner()) });
  return name;
}

/** Removes the volumes of a search. Never throws: what stays is swept later. */
export async function removeBuildCaches(engine: Engine, search: string): Promise<void> {
  const volumes = await engine.listVolumes({ [SEARCH]: search }).catch(() => []);
  for (const { name } of volumes) await engine.removeVolume(name).catch(() => undefined);
}

/** Removes the volumes of searches of this host's dead processes; returns them. Throws where volumes cannot be listed. */
export async function sweepBuildCaches(
  engine: Pick<Engine, "listVolumes" | "removeVolume">,
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const { name, labels } of await engine.listVolumes({})) {
    const owner = ownerOf(labels[MADE_BY]);
    if (owner === null || !provablyDead(owner)) continue;
    await engine.removeVolume(name).then(
      () => removed.push(name),
      // Another process may be sweeping, too.
      () => undefined,
    );
  }
  return removed;
}

/** The same as a search begins. Never throws: what stays is swept the next time. */
export async function sweepBeforeSearch(engine: Pick<Engine, "listVolumes" | "removeVolume">): Promise<void> {
  await sweepBuildCaches(engine).catch(() => undefined);
}
