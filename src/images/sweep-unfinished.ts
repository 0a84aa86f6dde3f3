import type { Engine } from "../docker/engine.js";
import { ownerOf, provablyDead, thisOwner } from "../docker/owner.js";
import { KIND } from "./labels.js";

/** Says which process was making an image that is not finished. */
const BUILDER = "vivarium.builder";
/** What is added to an image's tag until it is whole. */
export const UNFINISHED = "-unfinished";

/** The label by which a later process can tell that nobody will finish an image of this one's. */
export function builderLabel(): Readonly<Record<string, string>> {
  return { [BUILDER]: JSON.stringify(thisOwner()) };
}

/** Removes the names of images that dead processes of this host had not finished; returns them. */
export async function sweepUnfinished(engine: Engine): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const { labels, tags } of await engine.listImages({ [KIND]: "part" })) {
    const unfinished = tags.filter((tag) => tag.endsWith(UNFINISHED));
    const owner = ownerOf(labels[BUILDER]);
    if (unfinished.length === 0 || owner === null || !provablyDead(owner)) continue;
    for (const tag of unfinished) {
      await engine.removeImage(tag).then(
        () => removed.push(tag),
        // Another process may be sweeping, too.
        () => undefined,
      );
    }
  }
  return removed;
}
