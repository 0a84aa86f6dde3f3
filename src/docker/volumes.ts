import * as z from "zod";
import type { Wire } from "./connection/wire.js";
import type { Labels, VolumeRecord } from "./engine.js";
import { labelFilter } from "./image/images.js";
import { refusedWith } from "./refusal.js";

const Created = z.looseObject({ Name: z.string() });
const Listed = z.looseObject({
  Volumes: z
    .array(z.looseObject({ Name: z.string(), Labels: z.record(z.string(), z.string()).nullish() }))
    .nullish(),
});

/** Makes a volume; one of that name that is there stays as it is. */
export async function createVolume(wire: Wire, name: string, labels: Labels): Promise<void> {
  const found = await wire
    .json(Created, { what: `inspect volume ${name}`, path: `/volumes/${name}` })
    .catch((error: unknown) => {
      if (refusedWith(error, 404)) return null;
      throw error;
    });
  if (found !== null) return;
  await wire.json(Created, {
    what: `create volume ${name}`,
    method: "POST",
    path: "/volumes/create",
    body: { Name: name, Labels: labels },
    headers: { "Content-Type": "application/json" },
  });
}

/** Volumes that carry all of these labels. */
export async function listVolumes(wire: Wire, labels: Labels): Promise<readonly VolumeRecord[]> {
  const { Volumes } = await wire.json(Listed, {
    what: "list volumes",
    path: "/volumes",
    query: Object.keys(labels).length === 0 ? {} : { filters: labelFilter(labels) },
  });
  return (Volumes ?? []).map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} }));
}

/** Removes a volume; one that is not there is removed already. */
export async function removeVolume(wire: Wire, name: string): Promise<void> {
  try {
    await wire.bytes({ what: `remove volume ${name}`, method: "DELETE", path: `/volumes/${name}` });
  } catch (error) {
    if (!refusedWith(error, 404)) throw error;
  }
}
