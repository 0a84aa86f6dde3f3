import type { Readable } from "node:stream";
import * as z from "zod";
import { infrastructure, interrupted, type Failure } from "../../failure.js";
import type { ImageRecord, Labels } from "../engine.js";
import { lostConnection, overDeadline } from "../connection/connection-failures.js";
import { readMessages, type Message } from "./messages.js";
import { printable } from "../../text/printable.js";
import { parseReference, referencePath } from "./reference.js";
import { refusedWith } from "../refusal.js";
import { wholeStream } from "./whole-stream.js";
import type { Call, Wire } from "../connection/wire.js";

const LabelMap = z.record(z.string(), z.string()).nullish();
const Tags = z.array(z.string()).nullish();
const Inspected = z.looseObject({
  Id: z.string(),
  Size: z.number(),
  Created: z.string().nullish(),
  RepoTags: Tags,
  RepoDigests: Tags,
  Config: z.looseObject({ Labels: LabelMap }).nullish(),
  Metadata: z.looseObject({ LastTagTime: z.string().nullish() }).nullish(),
});
const Listed = z.array(
  z.looseObject({
    Id: z.string(),
    Size: z.number(),
    Created: z.number(),
    RepoTags: Tags,
    RepoDigests: Tags,
    Labels: LabelMap,
  }),
);

/** The image, or null where the engine has none of that name. */
export async function inspectImage(wire: Wire, reference: string): Promise<ImageRecord | null> {
  try {
    const image = await wire.json(Inspected, {
      what: `inspect image ${reference}`,
      path: `/images/${referencePath(reference)}/json`,
    });
    return {
      id: withAlgorithm(image.Id),
      labels: image.Config?.Labels ?? {},
      size: image.Size,
      created: image.Created ?? "",
      used: told(image.Metadata?.LastTagTime),
      tags: named(image.RepoTags),
      repoDigests: named(image.RepoDigests),
    };
  } catch (error) {
    if (refusedWith(error, 404)) return null;
    throw error;
  }
}

/** Images that carry all of these labels. */
export async function listImages(wire: Wire, labels: Labels): Promise<readonly ImageRecord[]> {
  const images = await wire.json(Listed, {
    what: "list images",
    path: "/images/json",
    // Podman takes an empty filter for a broken one, as soon as there is an image.
    query: Object.keys(labels).length === 0 ? {} : { filters: labelFilter(labels) },
  });
  return images.map((image) => ({
    id: withAlgorithm(image.Id),
    labels: image.Labels ?? {},
    size: image.Size,
    created: new Date(image.Created * 1000).toISOString(),
    used: null,
    tags: named(image.RepoTags),
    repoDigests: named(image.RepoDigests),
  }));
}

export async function tagImage(wire: Wire, id: string, tag: string): Promise<void> {
  const to = parseReference(tag);
  await wire.bytes({
    what: `tag ${id} as ${tag}`,
    method: "POST",
    path: `/images/${referencePath(id)}/tag`,
    query: { repo: to.name, tag: to.tag ?? "latest" },
  });
}

/** Removes an image or one of its tags; one that is not there is removed already. */
export async function removeImage(wire: Wire, reference: string): Promise<void> {
  try {
    await wire.bytes({
      what: `remove image ${reference}`,
      method: "DELETE",
      path: `/images/${referencePath(reference)}`,
      deadlineMs: 120_000,
    });
  } catch (error) {
    if (!refusedWith(error, 404)) throw error;
  }
}

/** A tar of images, layers that they share once. The stream fails where the connection is cut. */
export async function saveImage(wire: Wire, references: readonly string[]): Promise<Readable> {
  const what = `save image ${references.join(", ")}`;
  const call = { what, path: "/images/get", query: { names: references } };
  // The engine collects the layers before it sends a byte.
  return wholeStream(wire, await wire.stream({ ...call, deadlineMs: 120_000 * references.length }), what);
}

export async function loadImage(wire: Wire, tar: Readable): Promise<void> {
  await progress(wire, {
    call: { what: "load image", method: "POST", path: "/images/load", query: { quiet: 1 }, upload: tar },
    deadlineMs: 900_000,
  });
}

/** Looks at what a build or an import left: the image must be there and carry its labels. Returns its id. */
export async function verifiedImage(
  wire: Wire,
  reference: string,
  labels: Labels,
  what: string,
): Promise<string> {
  const image = await inspectImage(wire, reference);
  if (image === null)
    throw infrastructure(`${what}: the engine reported success, but there is no such image`);
  for (const [key, value] of Object.entries(labels)) {
    if (image.labels[key] !== value) {
      throw infrastructure(
        `${what}: the engine's image ${reference} is another one: its label ${key} is ${printable(String(image.labels[key]), 80)}, not ${value}`,
        "run again; another process may have used the same tag",
      );
    }
  }
  return image.id;
}

/** Sends a request whose answer is a progress stream; an error in it is a failure in the engine's words. */
export async function progress(
  wire: Wire,
  request: {
    readonly call: Call;
    readonly deadlineMs: number;
    readonly onMessage?: (message: Message) => void;
  },
): Promise<void> {
  const { call, deadlineMs, onMessage } = request;
  let refused: string | null = null;
  const response = await wire.stream({ ...call, deadlineMs });
  await readMessages(response, {
    ...endings(wire, call.what),
    deadlineMs: wire.limit(deadlineMs),
    signal: call.signal,
    onMessage: (message) => {
      const error = message.errorDetail?.message ?? message.error;
      if (error !== undefined) refused ??= printable(error, 2000);
      else onMessage?.(message);
    },
  });
  if (refused !== null) throw infrastructure(`${call.what}: ${refused as string}`, remedyFor(refused));
}

/** How a progress stream may end other than well. */
export function endings(wire: Wire, what: string) {
  return {
    cut: (cause?: unknown): Failure => lostConnection(wire.where, what, cause),
    garbage: (why: string): Failure => wire.garbage({ what }, why),
    aborted: (): Failure => interrupted(),
    overDeadline: (ms: number): Failure => overDeadline(wire.where, what, ms),
  };
}

/** What to do about an error that the engine told in words, or null. */
export function remedyFor(words: string): string | null {
  if (/no space left on device/i.test(words))
    return "free disk space ('vivarium clean', 'docker system df'), then run again";
  if (
    /dial tcp|no such host|network is unreachable|Temporary failure|i\/o timeout|TLS handshake/i.test(words)
  )
    return "check the network of the machine that runs the engine";
  return null;
}

export function labelFilter(labels: Labels): { readonly label: readonly string[] } {
  return { label: Object.entries(labels).map(([key, value]) => `${key}=${value}`) };
}

function named(list: readonly string[] | null | undefined): readonly string[] {
  // Podman writes out what Docker leaves unsaid.
  return (list ?? [])
    .filter((each) => !each.includes("<none>"))
    .map((each) => each.replace(/^docker\.io\/(library\/)?/, ""));
}

/** Go's zero time is no time. */
function told(time: string | null | undefined): string | null {
  return time == null || time.startsWith("0001-") ? null : time;
}

/** Podman leaves the algorithm out. */
function withAlgorithm(id: string): string {
  return id.includes(":") ? id : `sha256:${id}`;
}
