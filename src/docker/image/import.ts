import type { Readable } from "node:stream";
import { infrastructure } from "../../failure.js";
import type { Labels } from "../engine.js";
import { progress, removeImage, tagImage, verifiedImage } from "./images.js";
import { parseReference } from "./reference.js";
import type { Wire } from "../connection/wire.js";

const IMPORT_WITHIN_MS = 1_800_000;

/**
 * Makes an image of a root file system's tar; returns its id. The name is given last, to an image that was seen to be whole and to
 * carry its labels: a cut import never has a name. (Podman, besides, forgets the tag of an import.)
 */
export async function importImage(
  wire: Wire,
  tar: Readable,
  tag: string,
  labels: Labels,
  signal?: AbortSignal,
): Promise<string> {
  parseReference(tag);
  const what = `import image ${tag}`;
  let id: string | null = null;
  await progress(wire, {
    call: {
      what,
      method: "POST",
      path: "/images/create",
      query: {
        fromSrc: "-",
        changes: Object.entries(labels).map(([key, value]) => `LABEL ${word(key)}=${word(value)}`),
      },
      upload: tar,
      signal,
    },
    deadlineMs: IMPORT_WITHIN_MS,
    onMessage: ({ status }) => {
      id = /^(?:sha256:)?([0-9a-f]{64})$/.exec(status?.trim() ?? "")?.[1] ?? id;
    },
  });
  if (id === null) throw infrastructure(`${what}: the engine named no image`, "run again");
  const image = `sha256:${id as string}`;
  try {
    await verifiedImage(wire, image, labels, what);
    await tagImage(wire, image, tag);
  } catch (error) {
    await removeImage(wire, image).catch(() => undefined);
    throw error;
  }
  return image;
}

/** A word of a Dockerfile instruction, quoted only where it must be: Podman keeps the quotes' backslashes. */
function word(text: string): string {
  if (/^[\w.:/@+-]+$/.test(text)) return text;
  if (/[\r\n\0]/.test(text)) throw infrastructure(`label ${JSON.stringify(text)} holds a line break`);
  return `"${text.replace(/[\\"$]/g, "\\$&")}"`;
}
