import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { infrastructure, interrupted } from "../../failure.js";
import type { SourcePin, SourceRecipe } from "../../manifest/source-recipe.js";
import { keyOf } from "../../plan/key.js";
import type { Facts, GoTree } from "../facts.js";
import { provideContent, type Made } from "../image.js";
import { BuildLog } from "./build-log.js";
import { buildTree } from "./build-tree.js";
import { builderTitle, provideBuilder, type BuilderOptions } from "./builder.js";
import { addToCache, cacheVolume, pendingCache } from "./compiler-cache.js";
import { FirstAlone } from "./first-alone.js";
import { packTree } from "./pack-tree.js";
import { buildScript, prefixOf, ROOM, SCRIPT, TREE, type Linkage } from "./recipe-script.js";
import type { Sources } from "./sources.js";

export interface LayerOptions extends BuilderOptions {
  readonly sources: Sources;
}

/** What is known of a layer when it was built. */
export interface LayerFacts {
  /** Folder that holds it, here and in every image that it is laid into. */
  readonly prefix: string;
  readonly pin: SourcePin;
}

export interface LayerRequest {
  readonly pin: SourcePin;
  readonly recipe: SourceRecipe;
  /** The environment's image that it is built on, and its name in the catalogue. */
  readonly under: Made<Facts> & { readonly name: string };
  /** The Go that builds a Go. */
  readonly bootstrap: GoTree | null;
  /** Programs of this kind alone are linked to it; null: of any. */
  readonly link: Linkage | null;
}

/** `musl@v1.2.3+fix.patch` */
export function pinTitle({ recipe, ref, patches }: SourcePin): string {
  return [`${recipe}@${ref}`, ...patches.map(({ name }) => name)].join("+");
}

/**
 * What a recipe makes of a pinned tree, as an image that holds its prefix and nothing else; environments take it from there. It is
 * built at most once for the same tree, patches, recipe and packages of the image that it is built on: the names of refs do not matter, so
 * two commits with one tree are built once. What compiled the commit before is in the source's compiler cache, so that the next one is cheap.
 *
 * Throws a Failure("infrastructure") where the tree could not be built, with the step, its last lines and the path of the whole log.
 */
export async function provideSourceLayer(
  request: LayerRequest,
  options: LayerOptions,
): Promise<Made<LayerFacts>> {
  const { pin, recipe, under, bootstrap } = request;
  // What builds the same for both is built once.
  const link = recipe.only === undefined ? null : request.link;
  const { engine, sink, signal, platform } = options;
  const title = pinTitle(pin);
  const folder = await mkdtemp(join(tmpdir(), "vivarium-source-"));
  try {
    const identity = {
      engine,
      sink,
      signal,
      platform,
      kind: "part" as const,
      id: `source:${title}:${under.name}`,
      title: `${title} on ${under.name}, from source`,
      inputs: {
        tree: pin.tree,
        patches: pin.patches.map(({ sha256 }) => sha256),
        recipe: pin.recipeHash,
        packages: under.facts.packages,
        bootstrap: bootstrap?.version ?? null,
        link,
        platform: platform ?? null,
      },
    };
    return await provideContent<LayerFacts>(identity, async (say) => ({
      context: {
        "layer.tar": { file: await build({ pin, recipe, under, bootstrap, link }, folder, say, options) },
      },
      dockerfile: ["FROM scratch", `ADD layer.tar ${ROOM}/`],
      facts: { prefix: prefixOf(recipe), pin },
    }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Two commits that are built at the same time with an empty compiler's cache would compile all that they have in common twice. */
const byCache = new FirstAlone();

/** Builds it; the path of the tar with its prefix, in `folder`. */
async function build(
  request: LayerRequest,
  folder: string,
  say: (line: string) => void,
  options: LayerOptions,
): Promise<string> {
  const { pin, recipe, under } = request;
  const { engine, signal, sources } = options;
  const builder = await provideBuilder(recipe, { id: under.id, title: under.name }, options);
  const volume = await cacheVolume(engine, sources.identity(pin), builderTitle(recipe, under.name));
  const work = async (): Promise<string> => {
    if (signal?.aborted === true) throw interrupted();
    return buildWith({ ...request, image: builder.id, volume }, folder, say, options);
  };
  return byCache.run(volume, work, () =>
    say("waits for another build of this source, to use what that compiles"),
  );
}

/** Builds it with what its compiler's cache holds by now. */
async function buildWith(
  {
    pin,
    recipe,
    bootstrap,
    link,
    image,
    volume,
  }: LayerRequest & { readonly image: string; readonly volume: string },
  folder: string,
  say: (line: string) => void,
  options: LayerOptions,
): Promise<string> {
  const { engine, signal, sources, sink } = options;
  const title = pinTitle(pin);
  const labels = { "vivarium.source": title.slice(0, 200) };
  const input = await inputOf({ pin, recipe, bootstrap, link }, sources);
  const logFile = join(sources.logs, `${title.replace(/[^\w.@+-]+/g, "_")}-${pin.tree.slice(0, 12)}.log`);
  const log = await BuildLog.open(logFile, say);
  const pending = await pendingCache(sources.pending, volume, keyOf({ pin }).slice(0, 16));
  const addPending = (): Promise<void> =>
    pending.take(async (tar) => {
      const problem = await addToCache(engine, volume, { image, tar, labels, signal });
      if (problem === null) return;
      const text = `${title}: what was compiled could not be kept for the next build: ${problem}`;
      sink({ kind: "note", level: "warning", text });
    });
  let built = false;
  try {
    await addPending();
    const files = { layer: join(folder, "layer.tar"), cache: pending.file };
    const kept = await buildTree(engine, {
      title,
      recipe,
      image,
      volume,
      input,
      files,
      log,
      labels,
      signal,
    }).finally(() => (signal?.aborted === true ? undefined : addPending()));
    built = true;
    return kept.layer;
  } catch (error) {
    if (error instanceof Error && error.name === "Failure") throw error;
    throw infrastructure(
      `${title} could not be built: ${(error as Error).message}`,
      `the whole log: ${logFile}`,
      error,
    );
  } finally {
    input.destroy();
    await log.close(!built);
  }
}

/** What a build is given: its script, the patches, and the tree. */
async function inputOf({ pin, recipe, bootstrap, link }: Omit<LayerRequest, "under">, sources: Sources) {
  const tree = await sources.tree(pin);
  const patches = await Promise.all(
    pin.patches.map(async (patch, i) => [`${i}.patch`, await sources.patch(patch)] as const),
  );
  return packTree(TREE, tree.files(), {
    [SCRIPT]: buildScript(recipe, pin, { bootstrap: bootstrap?.root ?? null, link }),
    ...Object.fromEntries(patches),
  });
}
