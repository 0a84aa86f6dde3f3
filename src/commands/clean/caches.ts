import type { DiskUse, Engine, ImageRecord, VolumeRecord } from "../../docker/engine.js";
import { BUILDER_LABEL, CACHE_LABEL } from "../../images/source/compiler-cache.js";
import { TITLE } from "../../images/labels.js";
import { diskSize } from "../../text/sizes.js";

/** The compilers' caches of an engine, of which a build from source takes what was compiled before. */
export async function compilerCaches(engine: Engine): Promise<VolumeRecord[]> {
  return (await engine.listVolumes({})).filter(({ labels }) => labels[CACHE_LABEL] !== undefined);
}

/** Those that nothing will use: no image stays of the builder that fills them. Pure. */
export function cachesToGo(
  caches: readonly VolumeRecord[],
  staying: readonly Pick<ImageRecord, "labels">[],
): VolumeRecord[] {
  const builders = new Set(staying.map(({ labels }) => labels[TITLE]));
  return caches.filter(({ labels }) => !builders.has(labels[BUILDER_LABEL]));
}

/** A line of what would go. */
export function cacheRow({ name, labels }: VolumeRecord, { volumes }: Pick<DiskUse, "volumes">): string[] {
  const size = volumes.get(name);
  const what = `compiled files of ${labels[CACHE_LABEL] ?? "a source"}`;
  return [name, what, "", size === undefined ? "" : diskSize(size)];
}
