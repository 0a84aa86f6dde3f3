import pRetry from "p-retry";
import { Failure, infrastructure, interrupted } from "../../failure.js";
import type { ImageRecord } from "../engine.js";
import { inspectImage, progress, remedyFor } from "./images.js";
import { printable } from "../../text/printable.js";
import { parseReference } from "./reference.js";
import { Refusal } from "../refusal.js";
import type { Wire } from "../connection/wire.js";

const RETRIES = 4;
const PULL_WITHIN_MS = 1_800_000;

export interface PullOptions {
  readonly platform?: string;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
  /** Value of X-Registry-Auth for a registry's host, or null for an anonymous pull. */
  readonly auth?: (registry: string) => Promise<string | null>;
}

/** Words of failures that may pass: the network's, a registry's that is overloaded. Everything else is final. */
const TRANSIENT =
  /i\/o timeout|TLS handshake timeout|connection (reset|refused)|unexpected EOF|\bEOF\b|Temporary failure|no such host|toomanyrequests|too many requests|(status|code)[^\d]{0,5}(429|5\d\d)|50[0234] |Service Unavailable|Gateway|context deadline exceeded|Client\.Timeout|network is unreachable/i;

export function isTransient(error: unknown): boolean {
  return error instanceof Failure && error.kind === "infrastructure" && TRANSIENT.test(error.message);
}

/** Pulls an image, retrying what may pass. The record that comes back was looked up afterwards, by the very reference. */
export async function pull(wire: Wire, reference: string, options: PullOptions = {}): Promise<ImageRecord> {
  const { platform, signal, onLine, auth } = options;
  const { name, tag, digest } = parseReference(reference);
  const registry = registryOf(name);
  const key = (await auth?.(registry)) ?? null;
  const what = `pull ${reference}`;
  const once = (): Promise<void> =>
    progress(wire, {
      call: {
        what,
        method: "POST",
        path: "/images/create",
        query: {
          fromImage: name,
          tag: digest ?? tag ?? "latest",
          ...(platform === undefined ? {} : { platform }),
        },
        headers: key === null ? {} : { "X-Registry-Auth": key },
        signal,
      },
      deadlineMs: PULL_WITHIN_MS,
      onMessage: ({ id, status, progress: bar }) => {
        // The bars move many times a second; a line is a change of status.
        if (status !== undefined && !bar) onLine?.(printable(id ? `${id}: ${status}` : status, 500));
      },
    });
  try {
    await pRetry(once, {
      retries: RETRIES,
      minTimeout: 500,
      maxTimeout: 8000,
      randomize: true,
      ...(signal === undefined ? {} : { signal }),
      shouldRetry: ({ error }) => isTransient(error),
      onFailedAttempt: ({ error, retriesLeft }) => {
        if (retriesLeft > 0 && isTransient(error)) onLine?.(`${error.message}; trying again`);
      },
    });
  } catch (error) {
    // p-retry has an error of its own for an abort between two tries.
    if (signal?.aborted) throw interrupted();
    throw explained(error, what, registry, key !== null);
  }
  const image = await inspectImage(wire, reference);
  if (image === null)
    throw infrastructure(`${what}: the engine reported success, but there is no such image`);
  return image;
}

function explained(error: unknown, what: string, registry: string, withAuth: boolean): unknown {
  if (!(error instanceof Failure) || error.kind !== "infrastructure") return error;
  const words = error instanceof Refusal ? error.words : error.message;
  if (/denied|unauthorized|authentication required|no basic auth/i.test(words)) {
    const remedy = withAuth
      ? `the login that docker keeps for ${registry} was not accepted: 'docker login ${registry}'`
      : `check the name; if the image is private, 'docker login ${registry}' first`;
    return infrastructure(`${what}: ${words.replace(`${what}: `, "")}`, remedy, error);
  }
  if (/not found|manifest unknown|no matching manifest/i.test(words))
    return infrastructure(error.message, "check the image's name, tag and platform", error);
  return error.remedy === null ? infrastructure(error.message, remedyFor(words), error) : error;
}

/** The registry's host as docker reads it out of an image's name. */
export function registryOf(name: string): string {
  const first = name.split("/", 1)[0] ?? "";
  return name.includes("/") && (/[.:]/.test(first) || first === "localhost") ? first : "docker.io";
}
