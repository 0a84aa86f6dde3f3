import { createReadStream } from "node:fs";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Engine, Labels } from "../../docker/engine.js";
import { keyOf } from "../../plan/key.js";
import { BUILDER } from "./builder.js";
import { CACHE } from "./recipe-script.js";

/** What marks a volume as a compiler's cache, with its source; `clean` finds them by it. */
export const CACHE_LABEL = "vivarium.ccache";
/** Title of the builder's image that fills it: a cache is of use as long as that is there. */
export const BUILDER_LABEL = "vivarium.ccache.builder";
const MOST = "1G";
const WITHIN_MS = 10 * 60_000;
/** Where its build still runs all the same, it loses what was compiled since. */
const ABANDONED_MS = 60_000;
const MiB = 1024 ** 2;

/**
 * The volume that keeps what was compiled, of one source in one builder. A source has its own, because a build may write into it what
 * it likes: that can only come back to builds of the same source.
 */
export async function cacheVolume(engine: Engine, source: string, builder: string): Promise<string> {
  const name = `vivarium-ccache-${keyOf({ source, builder }).slice(0, 16)}`;
  await engine.createVolume(name, { [CACHE_LABEL]: source.slice(0, 200), [BUILDER_LABEL]: builder });
  return name;
}

/** Files that builds of a volume write into what they compile, until that is in the volume. */
export interface Pending {
  /** That of this build. */
  readonly file: string;
  /** Takes those that builds left which were interrupted, this one's own among them. */
  readonly take: (add: (file: string) => Promise<unknown>) => Promise<void>;
}

/** `key` tells builds that may run at the same time. A file that nobody wrote to for some time is of a build that is no more. */
export async function pendingCache(folder: string, volume: string, key: string): Promise<Pending> {
  await mkdir(folder, { recursive: true });
  const own = join(folder, `${volume}-${key}.tar`);
  return {
    file: own,
    take: async (add) => {
      const ofVolume = (await readdir(folder)).filter((name) => name.startsWith(`${volume}-`));
      for (const name of ofVolume) {
        const file = join(folder, name);
        const found = await stat(file).catch(() => null);
        if (found === null || (file !== own && Date.now() - found.mtimeMs < ABANDONED_MS)) continue;
        await add(file);
        await rm(file, { force: true });
      }
    },
  };
}

/**
 * Adds what a build compiled to its volume, in a container that runs nothing of the build's, and drops the oldest beyond a bound. A
 * cache that cannot be written makes the next build slower and nothing else: then it says why. Of an archive that was cut off it adds what is there.
 */
export async function addToCache(
  engine: Engine,
  volume: string,
  options: {
    readonly image: string;
    readonly tar: string;
    readonly labels: Labels;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<string | null> {
  const container = await engine.start(
    {
      image: options.image,
      command: [
        "sh",
        "-c",
        `tar -x -C ${CACHE}; code=$?; CCACHE_DIR=${CACHE} ccache --max-size ${MOST} --cleanup > /dev/null; exit $code`,
      ],
      labels: options.labels,
      user: `${BUILDER}:${BUILDER}`,
      env: { PATH: "/usr/bin:/bin", HOME: "/tmp" },
      memory: 256 * MiB,
      processes: 64,
      tmpfs: { "/tmp": "rw,nosuid,nodev,mode=1777,size=16777216" },
      volumes: { [CACHE]: { name: volume, readOnly: false } },
      network: "none",
      capabilities: [],
      lifetimeMs: WITHIN_MS,
    },
    options.signal,
  );
  try {
    for await (const chunk of createReadStream(options.tar)) await container.stdin.write(chunk as Buffer);
    container.stdin.end();
    const { exitCode } = await container.ended();
    return exitCode === 0 ? null : container.stderrTail().trim();
  } finally {
    await container.remove();
  }
}
