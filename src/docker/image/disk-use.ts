import pRetry from "p-retry";
import * as z from "zod";
import type { DiskUse } from "../engine.js";
import { refusedWith } from "../refusal.js";
import type { Wire } from "../connection/wire.js";

const Use = z.looseObject({
  LayersSize: z.number().nullish(),
  Images: z
    .array(z.looseObject({ Id: z.string(), Size: z.number(), SharedSize: z.number().nullish() }))
    .nullish(),
  Volumes: z
    .array(z.looseObject({ Name: z.string(), UsageData: z.looseObject({ Size: z.number() }).nullish() }))
    .nullish(),
});

/** What images and volumes take on the engine's disk; an engine with many takes seconds to add it up. */
export async function diskUse(wire: Wire): Promise<DiskUse> {
  const ask = () => wire.json(Use, { what: "disk use", path: "/system/df", deadlineMs: 120_000 });
  // Podman gives up where a container goes while it adds them up.
  const use = await pRetry(ask, {
    retries: 3,
    minTimeout: 100,
    shouldRetry: ({ error }) => refusedWith(error, 500) && error.words.includes("no such container"),
  });
  const images = new Map<string, { readonly size: number; readonly shared: number }>();
  for (const { Id, Size, SharedSize } of use.Images ?? []) {
    // -1: the engine did not work it out. Then all of it may be shared.
    const shared = SharedSize == null || SharedSize < 0 ? Size : Math.min(Size, SharedSize);
    images.set(Id.includes(":") ? Id : `sha256:${Id}`, { size: Size, shared });
  }
  const volumes = (use.Volumes ?? []).flatMap(({ Name, UsageData }): [string, number][] =>
    UsageData == null || UsageData.Size < 0 ? [] : [[Name, UsageData.Size]],
  );
  return {
    // Podman says 0 of its layers.
    total: use.LayersSize || [...images.values()].reduce((sum, { size }) => sum + size, 0),
    images,
    volumes: new Map(volumes),
  };
}
