import { infrastructure } from "../../failure.js";
import { progress, tagImage } from "./images.js";
import { registryOf } from "./pull.js";
import { parseReference } from "./reference.js";
import type { Wire } from "../connection/wire.js";

const PUSH_WITHIN_MS = 1_800_000;
const DIGEST = /\bdigest: (sha256:[0-9a-f]{64})\b/;

export interface PushOptions {
  readonly signal?: AbortSignal | undefined;
  /** Value of X-Registry-Auth for a registry's host, or null for none. */
  readonly auth: (registry: string) => Promise<string | null>;
}

/**
 * Tags an image as `reference` (`HOST/name:tag`), pushes it and returns it by digest (`HOST/name@sha256:…`). Layers that the registry has are
 * not sent again. Throws Failure("infrastructure") in the engine's words.
 */
export async function push(
  wire: Wire,
  image: string,
  reference: string,
  options: PushOptions,
): Promise<string> {
  const { name, tag } = parseReference(reference);
  await tagImage(wire, image, reference);
  let digest: string | undefined;
  // The engine wants the header even where there is no login.
  const auth = (await options.auth(registryOf(name))) ?? Buffer.from("{}").toString("base64");
  const what = `push ${reference}`;
  await progress(wire, {
    call: {
      what,
      method: "POST",
      path: `/images/${name}/push`,
      query: { tag: tag ?? "latest" },
      headers: { "X-Registry-Auth": auth },
      signal: options.signal,
    },
    deadlineMs: PUSH_WITHIN_MS,
    onMessage: ({ status }) => {
      digest = DIGEST.exec(status ?? "")?.[1] ?? digest;
    },
  });
  if (digest === undefined) throw infrastructure(`${what}: the engine reported success, but no digest`);
  return `${name}@${digest}`;
}
