import type { Engine, ImageRecord } from "../../docker/engine.js";
import { Failure, badRequest } from "../../failure.js";
import type { CatalogueImage } from "../../manifest/catalogue.js";
import type { ProgressSink } from "../../progress/event.js";
import { bootstrap, type Suite } from "./bootstrap.js";
import { keyOf } from "../../plan/key.js";
import { imageLabels, imageTag } from "../labels.js";
import { withLock } from "../lock.js";
import { snapshotOf, type Snapshot, type SnapshotArchive } from "./snapshot.js";
import { cachedStep, step } from "../../progress/step.js";

/** Where base images come from: `auto` is a cached one, else the registry, else made here. */
export type BaseChoice = "auto" | "registry" | "bootstrap";

export interface BaseOptions {
  readonly engine: Engine;
  readonly sink: ProgressSink;
  readonly choice: BaseChoice;
  /** The digest that the entry is pinned to: `debian@sha256:…`. It takes the place of the catalogue's tag. */
  readonly pinned?: string | null | undefined;
  /** For entries with a stamp. */
  readonly snapshotArchive?: SnapshotArchive | undefined;
  readonly platform?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A bare root file system that an environment image is built on. */
export interface Base {
  /** The engine's image id. */
  readonly id: string;
  readonly origin: "registry" | "bootstrap";
  /** `debian@sha256:…` where it came from a registry that names digests. */
  readonly digest: string | null;
}

/** How long `auto` waits for a registry's first word before it makes the image itself. */
const REGISTRY_SILENCE_MS = 6_000;

/** The base image of a catalogue entry, made or fetched at most once. `name` is the entry's. */
export async function provideBase(name: string, image: CatalogueImage, options: BaseOptions): Promise<Base> {
  const snapshot = await snapshotOf(name, image, options.snapshotArchive);
  const ways = waysOf(name, image, snapshot, options);
  const found = await firstCached(ways);
  if (found !== null) {
    cachedStep(options.sink, `base:${name}`, `base image ${name}`);
    return found;
  }
  const lock = keyOf(ways.map(({ tag }) => tag)).slice(0, 16);
  return withLock(
    lock,
    async () => (await firstCached(ways)) ?? (await make(name, ways, options)),
    options.signal,
  );
}

async function firstCached(ways: readonly Way[]): Promise<Base | null> {
  const found = await Promise.all(ways.map((way) => way.find()));
  return found.find((base) => base !== null) ?? null;
}

/** The first way that works. That a registry is out of reach is no failure where the image can be made here. */
async function make(name: string, ways: readonly Way[], options: BaseOptions): Promise<Base> {
  const [way, ...others] = ways as [Way, ...Way[]];
  try {
    return await way.make();
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === "interrupted" || others.length === 0) throw error;
    options.sink({
      kind: "note",
      level: "info",
      text: `${name}: ${error.message}; making the base image here`,
    });
    return make(name, others, options);
  }
}

interface Way {
  readonly tag: string;
  /** The image that this way made before, or null. */
  find(): Promise<Base | null>;
  make(): Promise<Base>;
}

function waysOf(name: string, image: CatalogueImage, snapshot: Snapshot | null, options: BaseOptions): Way[] {
  const own = bootstrapWay(name, image, snapshot, options);
  const registry = registryWay(name, image, options, own !== null && options.choice === "auto");
  // A registry has no image of a suite as it was at a stamp.
  if (snapshot !== null && own !== null) return [own];
  if (options.choice === "registry") return [registry];
  if (options.choice === "auto") return own === null ? [registry] : [registry, own];
  if (own === null) {
    throw badRequest(
      `${name}: the catalogue names no suite to bootstrap it from`,
      "use --base registry for this environment",
    );
  }
  return [own];
}

/** `hurried`: there is another way, so the first sign that the registry is out of reach ends this one. */
function registryWay(name: string, image: CatalogueImage, options: BaseOptions, hurried: boolean): Way {
  const { engine, platform, sink } = options;
  const reference = options.pinned ?? image.registry;
  const key = keyOf({ reference, platform: platform ?? null });
  const tag = imageTag("base", key);
  const asBase = (record: ImageRecord): Base => ({
    id: record.id,
    origin: "registry",
    digest: record.repoDigests[0] ?? null,
  });
  return {
    tag,
    async find() {
      // A digest names its image wherever it was pulled before.
      const record = await engine.inspectImage(options.pinned ?? tag);
      return record === null ? null : asBase(record);
    },
    make: () =>
      step(sink, `base:${name}`, `base image ${name}: pull ${reference}`, async (voice) => {
        const patience = new Patience(hurried ? REGISTRY_SILENCE_MS : null, options.signal);
        try {
          const record = await engine.pull(reference, {
            ...(platform === undefined ? {} : { platform }),
            signal: patience.signal,
            onLine: (line) => {
              voice.line(line);
              // A pull says this of a failure that may pass.
              if (!line.endsWith("trying again")) patience.heard();
              else if (hurried) patience.end(line.replace(/; trying again$/, ""));
            },
          });
          await engine.tagImage(record.id, tag);
          return asBase(record);
        } catch (error) {
          throw patience.explain(error, reference);
        } finally {
          patience.end();
        }
      }),
  };
}

function bootstrapWay(
  name: string,
  image: CatalogueImage,
  snapshot: Snapshot | null,
  options: BaseOptions,
): Way | null {
  const { suite: codename } = image;
  if (codename === undefined) return null;
  const { engine, platform, sink, signal } = options;
  const suite: Suite = {
    name: codename,
    staleRelease: image.rolling === true || image.snapshot !== undefined,
    source: snapshot?.source ?? null,
    platform: platform ?? null,
  };
  const keyring = snapshot?.keyring ?? null;
  const signedBy = keyring === null ? {} : { keyring: keyring.sha256 };
  const key = keyOf({ bootstrap: { ...suite, ...signedBy } });
  const tag = imageTag("base", key);
  const asBase = (id: string): Base => ({ id, origin: "bootstrap", digest: null });
  return {
    tag,
    async find() {
      const record = await engine.inspectImage(tag);
      return record === null ? null : asBase(record.id);
    },
    make: () =>
      step(sink, `base:${name}`, `base image ${name}: mmdebstrap ${codename}`, async (voice) =>
        asBase(
          await bootstrap(suite, {
            keyring: keyring?.path ?? null,
            engine,
            tag,
            labels: imageLabels("base", key, codename, null),
            onLine: voice.line,
            signal,
          }),
        ),
      ),
  };
}

/** An abort signal that fires when nothing was heard in time, or when the outer one does. */
class Patience {
  readonly signal: AbortSignal;
  private readonly own = new AbortController();
  private readonly timer: NodeJS.Timeout | null;
  private why: string | null = null;

  constructor(
    silenceMs: number | null,
    private readonly outer: AbortSignal | undefined,
  ) {
    this.signal = outer === undefined ? this.own.signal : AbortSignal.any([outer, this.own.signal]);
    this.timer = silenceMs === null ? null : setTimeout(() => this.own.abort(), silenceMs);
  }

  heard(): void {
    if (this.timer !== null) clearTimeout(this.timer);
  }

  /** Ends the wait; with a reason, ends what is waited for. */
  end(why?: string): void {
    this.heard();
    if (why === undefined) return;
    this.why = why;
    this.own.abort();
  }

  /** What an error means: a registry out of reach is no interruption by the user. */
  explain(error: unknown, reference: string): unknown {
    if (!this.own.signal.aborted || this.outer?.aborted === true) return error;
    const remedy = "check the network, or use --base bootstrap";
    return new Failure("infrastructure", this.why ?? `no registry answered for ${reference}`, remedy, {
      cause: error,
    });
  }
}
