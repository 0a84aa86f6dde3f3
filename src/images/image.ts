import { isBuildersOwn } from "../docker/image/build.js";
import {
  BuildFailure,
  type BuildRequest,
  type ContextEntry,
  type Engine,
  type ImageRecord,
} from "../docker/engine.js";
import type { Failure } from "../failure.js";
import type { ProgressSink } from "../progress/event.js";
import { keyOf } from "../plan/key.js";
import {
  factsOf,
  imageLabels,
  imageTag,
  isOf,
  keyLabel,
  labelLine,
  partLabels,
  type ImageKind,
} from "./labels.js";
import { withLock } from "./lock.js";
import { explainImageBuild } from "./recipe/build-failure.js";
import { cachedStep, step } from "../progress/step.js";
import { builderLabel, UNFINISHED } from "./sweep-unfinished.js";

/** Counted up when what is read out of images changes its shape: an image made before is then made anew. */
const FORMAT = 2;

/** An image that is there, and what was read out of it when it was made. */
export interface Made<T> {
  /** The engine's image id. */
  readonly id: string;
  readonly facts: T;
}

/** What names an image, and who is told of it. */
export interface ImageIdentity {
  readonly engine: Engine;
  readonly sink: ProgressSink;
  readonly signal?: AbortSignal | undefined;
  readonly platform?: string | undefined;
  readonly kind: ImageKind;
  /** Id and title of its step. */
  readonly id: string;
  readonly title: string;
  /** Everything that decides what the image will be; its hash names the image. */
  readonly inputs: Parameters<typeof keyOf>[0];
}

export interface ImageRequest<T> extends ImageIdentity {
  readonly context: Readonly<Record<string, ContextEntry>>;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly network?: "none";
  /** Reads out of the built image what is worth knowing; JSON, kept as a label. A Failure here refuses the image. */
  readonly read: (image: string) => Promise<T>;
  /** What a failed step of the build means. */
  readonly explain: (code: number | null, lines: readonly string[]) => Failure;
}

/** Where an image goes that is being made: under the hash of its inputs. */
interface Place {
  readonly key: string;
  readonly tag: string;
  readonly onLine: (line: string) => void;
}

/** What an image is made of whose facts are known before it is there. */
export interface ImageContent<T> {
  readonly context: Readonly<Record<string, ContextEntry>>;
  /** Instructions of its Dockerfile. */
  readonly dockerfile: readonly string[];
  readonly facts: T;
}

/**
 * An image made from exactly these inputs: the cached one, else a new one, built once even if several processes ask. The
 * tag appears only when the image is whole and was read, so that a warm start needs to inspect it and nothing else.
 */
export function provideImage<T>(request: ImageRequest<T>): Promise<Made<T>> {
  return provide(request, (place) => buildAndRead(request, place));
}

/** As provideImage, for an image whose content has to be made first, and which runs nothing: `make` is asked where there is none. */
export function provideContent<T>(
  identity: ImageIdentity,
  make: (onLine: (line: string) => void) => Promise<ImageContent<T>>,
): Promise<Made<T>> {
  return provide(identity, async ({ key, tag, onLine }) => {
    const { context, dockerfile, facts } = await make(onLine);
    const lines = [...dockerfile, labelLine(imageLabels(identity.kind, key, identity.title, facts))];
    const { engine, platform, signal } = identity;
    const request: BuildRequest = {
      context: { ...context, Dockerfile: { content: `${lines.join("\n")}\n` } },
      labels: keyLabel(key),
      tag,
      network: "none",
      ...(platform === undefined ? {} : { platform }),
      ...(signal === undefined ? {} : { signal }),
    };
    try {
      return { id: await twice(() => engine.build(request)), facts };
    } catch (error) {
      if (!(error instanceof BuildFailure)) throw error;
      throw explainImageBuild(identity.title, error.code, [...error.lines, error.message]);
    }
  });
}

async function provide<T>(
  { engine, sink, kind, id, title, signal, inputs }: ImageIdentity,
  make: (place: Place) => Promise<Made<T>>,
): Promise<Made<T>> {
  const key = keyOf({ format: FORMAT, kind, inputs });
  const tag = imageTag(kind, key);
  const cached = async (): Promise<Made<T> | null> => {
    const record = await engine.inspectImage(tag);
    return record !== null && isOf(record, kind, key) ? fromRecord(record) : null;
  };
  const found = await cached();
  if (found !== null) {
    // Its name given again, so that the engine notes when it was last needed: `clean` goes by that, and nothing waits for it.
    void engine.tagImage(found.id, tag).catch(() => undefined);
    cachedStep(sink, id, title);
    return found;
  }
  return step(sink, id, title, (voice) =>
    withLock(
      key.slice(0, 16),
      async () => (await cached()) ?? (await make({ key, tag, onLine: voice.line })),
      signal,
    ),
  );
}

async function buildAndRead<T>(request: ImageRequest<T>, { key, tag, onLine }: Place): Promise<Made<T>> {
  const { engine, kind, title, context, buildArgs = {}, network, platform, signal } = request;
  const common = {
    ...(platform === undefined ? {} : { platform }),
    ...(signal === undefined ? {} : { signal }),
    onLine: (line: string) => {
      if (!isBuildersOwn(line)) onLine(line);
    },
  };
  const unfinished = `${tag}${UNFINISHED}`;
  try {
    const built = await twice(() =>
      engine.build({
        context,
        buildArgs,
        labels: { ...partLabels(key), ...builderLabel() },
        tag: unfinished,
        ...(network === undefined ? {} : { network }),
        ...common,
      }),
    );
    const facts = await request.read(built);
    // A layer of labels alone: what was read becomes part of the image, so that one inspect tells it all.
    const id = await engine.build({
      context: {
        Dockerfile: { content: `FROM ${built}\n${labelLine(imageLabels(kind, key, title, facts))}\n` },
      },
      labels: keyLabel(key),
      tag,
      ...common,
    });
    return { id, facts };
  } catch (error) {
    if (error instanceof BuildFailure) {
      // Where no tool failed, the builder did: its own words are all that there is.
      const lines = error.code === null ? [...error.lines, error.message] : error.lines;
      throw request.explain(error.code, lines);
    }
    throw error;
  } finally {
    // Removes the name only: the image lies under the finished one, which also keeps the builder's cache of its layers.
    await engine.removeImage(unfinished).catch(() => undefined);
  }
}

/** Builds once more where the builder failed: it may still be taking an interrupted build of the same apart, whose cached steps vanish. */
async function twice(build: () => Promise<string>): Promise<string> {
  try {
    return await build();
  } catch (error) {
    if (error instanceof BuildFailure && error.code === null) return build();
    throw error;
  }
}

function fromRecord<T>(record: ImageRecord): Made<T> {
  return { id: record.id, facts: factsOf(record) as T };
}
