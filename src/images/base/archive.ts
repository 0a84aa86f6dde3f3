import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import pRetry, { AbortError } from "p-retry";
import { Failure, infrastructure, interrupted } from "../../failure.js";
import { userCache } from "../../user-cache.js";
import type { ProgressSink } from "../../progress/event.js";
import { cachedStep, step } from "../../progress/step.js";

export interface ArchiveOptions {
  readonly sink: ProgressSink;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Path of a release archive on this machine: downloaded once, kept under its checksum, and verified before every use.
 * Throws a Failure where it cannot be had or is not what the checksum says; such a file is never kept.
 */
export async function fetchArchive(url: string, checksum: string, options: ArchiveOptions): Promise<string> {
  const folder = userCache("archives");
  const file = join(folder, checksum.replace(":", "-"));
  const title = `download ${url}`;
  const id = `archive:${checksum}`;
  if ((await checksumOf(file, checksum)) === checksum) {
    cachedStep(options.sink, id, title);
    return file;
  }
  await mkdir(folder, { recursive: true });
  await step(options.sink, id, title, async () => {
    const part = `${file}.${randomUUID()}`;
    try {
      await pRetry(() => download(url, part, options.signal), {
        retries: 4,
        minTimeout: 500,
        maxTimeout: 8000,
        randomize: true,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      const real = await checksumOf(part, checksum);
      if (real !== checksum) {
        throw infrastructure(
          `${url}: the checksum is ${real}, and the catalogue asserts ${checksum}`,
          "the file was changed or the catalogue is wrong: do not use it before you know which",
        );
      }
      await rename(part, file);
    } catch (error) {
      if (options.signal?.aborted) throw interrupted();
      if (error instanceof Failure) throw error;
      throw infrastructure(
        `${url}: ${(error as Error).message}`,
        "check the network, or choose the Go of a suite",
        error,
      );
    } finally {
      await rm(part, { force: true });
    }
  });
  return file;
}

/** Statuses that may pass by themselves; every other refusal is final. */
const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504]);

async function download(url: string, to: string, signal: AbortSignal | undefined): Promise<void> {
  const response = await fetch(url, {
    redirect: "follow",
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: Error) => {
    // fetch tells a lost connection as a TypeError with the reason in its cause; p-retry would not retry that.
    throw new Error(error.cause instanceof Error ? error.cause.message : error.message, { cause: error });
  });
  if (!response.ok || response.body === null) {
    const error = new Error(`the server answered ${response.status} ${response.statusText}`.trim());
    throw TRANSIENT.has(response.status) ? error : new AbortError(error);
  }
  await pipeline(Readable.fromWeb(response.body as never), createWriteStream(to), signal ? { signal } : {});
}

/** `sha256:…` of a file by the algorithm of `like`, or null where there is no file. */
async function checksumOf(file: string, like: string): Promise<string | null> {
  const algorithm = like.slice(0, like.indexOf(":"));
  const hash = createHash(algorithm);
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  return `${algorithm}:${hash.digest("hex")}`;
}
