import type { DiskUse } from "../../docker/engine.js";

/** Bytes. */
export interface Freed {
  readonly least: number;
  readonly most: number;
}

/**
 * What removing these images frees: at least the layers that each has for itself; at most what is left of the whole when
 * those that stay keep their own layers and the most that one of them shares. Pure.
 */
export function freedBy(
  going: ReadonlySet<string>,
  { total, images }: Pick<DiskUse, "total" | "images">,
): Freed {
  let least = 0;
  let sizes = 0;
  let kept = 0;
  let keptShared = 0;
  for (const [id, { size, shared }] of images) {
    if (going.has(id)) {
      least += size - shared;
      sizes += size;
    } else {
      kept += size - shared;
      keptShared = Math.max(keptShared, shared);
    }
  }
  const most = Math.max(0, Math.min(sizes, total - kept - keptShared));
  return { least: Math.min(least, most), most };
}
