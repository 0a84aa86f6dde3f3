import type { ContextEntry, Engine } from "../../docker/engine.js";
import type { BuildPlan } from "../../plan/plan.js";
import type { ProgressSink } from "../../progress/event.js";
import { runBuild } from "./build-container.js";
import type { Linked } from "../elf.js";
import { buildFiles, contextDigest } from "../dockerfiles.js";
import type { EnvironmentImage } from "../environment.js";
import { provideContent, type ImageIdentity, type Made } from "../image.js";
import { changedBy, patchesOf } from "../patch.js";
import { librariesApart } from "../recipe/libraries-apart.js";
import { recipeFor } from "../recipe/recipe.js";
import { OUTPUT, SOURCES } from "../recipe/shape.js";
import { readSources } from "../sources.js";

export interface ProgramOptions {
  readonly engine: Engine;
  readonly sink: ProgressSink;
  readonly signal?: AbortSignal | undefined;
  readonly platform?: string | undefined;
}

/** Counts on with what is known of a program, so that one of which less was known is built again. */
const FACTS = 2;

/** What is known of a program when it was built. */
export interface ProgramFacts {
  readonly program: string;
  /** sha256 of its bytes, hex. */
  readonly sha256: string;
  /** How it comes by its libc; null where it is no ELF executable. */
  readonly linked: Linked | null;
  readonly linkWarnings: readonly string[];
  readonly commands: readonly string[];
}

/** A build in one environment: `name` is how messages call it. */
export interface ProgramRequest {
  readonly name: string;
  readonly folder: string;
  readonly build: BuildPlan;
  readonly environment: EnvironmentImage;
}

/**
 * Builds a program in a container of an environment's image, without network, at most once for the same inputs. Its image is the untouched
 * environment with the sources and the folder that the build left, and with nothing else of what the build did.
 */
export async function provideProgram(
  request: ProgramRequest,
  options: ProgramOptions,
): Promise<Made<ProgramFacts>> {
  const { name, folder, build, environment } = request;
  const sources = await readSources(folder, build.sources);
  const patches = await readSources(folder, [...build.patches, ...(build.sourcePatches ?? [])]);
  const textOf = (path: string): string => patches[path]?.content.toString("utf8") ?? "";
  const targets = patchesOf(build, textOf, Object.keys(sources));
  const uses = librariesApart(sources);
  const recipe = recipeFor(build, Object.keys(sources), environment.toolchain, targets, uses);
  const files = { ...sources, ...patches };
  const scripts = { ...(await buildFiles()), "recipe.sh": { content: recipe.script } };
  const inputs = {
    environment: environment.id,
    files: contextDigest(files),
    scripts: contextDigest(scripts),
    commands: recipe.commands,
    facts: FACTS,
  };
  return provideContent<ProgramFacts>(identity(name, inputs, options), async (onLine) => {
    const patched = changedBy(targets);
    const built = await runBuild({ ...request, files, scripts, patched }, { ...options, onLine });
    const { program, sha256, linked, linkWarnings } = built;
    const commands = (built.isOtherwise ? recipe.commandsOtherwise : undefined) ?? recipe.commands;
    // Files that patches changed are among both: as they are now.
    const tree = { ...under(SOURCES, files), ...built.files };
    return {
      context: under("tree", tree),
      dockerfile: [`FROM ${environment.id}`, ...copied(tree)],
      facts: { program, sha256, linked, linkWarnings, commands },
    };
  });
}

/** Puts a tree into an image. Both of its folders are there afterwards: a command of the image has neither sources nor output. */
function copied(tree: Readonly<Record<string, unknown>>): string[] {
  const paths = Object.keys(tree).map((path) => `/${path.replace(/^\/+/, "")}`);
  const missing = [SOURCES, OUTPUT].filter((folder) => !paths.some((path) => path.startsWith(`${folder}/`)));
  return [
    ...(paths.length === 0 ? [] : ["COPY tree/ /"]),
    ...(missing.length === 0 ? [] : [...missing.map((folder) => `WORKDIR ${folder}`), "WORKDIR /"]),
  ];
}

/** Where a program goes: into the image of the environment that it runs in, with `root` laid over the container's root. */
export interface Placement {
  readonly name: string;
  /** The environment that it runs in, where that is not the one that it was built in. */
  readonly to: EnvironmentImage | null;
  readonly root: Readonly<Record<string, ContextEntry>>;
}

/** Puts what a build left, whole, where it is to run; a program that is there already and has no files of its own stays as it is. */
export async function placeProgram(
  built: Made<ProgramFacts>,
  { name, to, root }: Placement,
  options: ProgramOptions,
): Promise<Made<ProgramFacts>> {
  const isBare = Object.keys(root).length === 0;
  if (to === null && isBare) return built;
  const moved = [
    `FROM ${built.id} AS built`,
    `FROM ${to?.id}`,
    `COPY --from=built ${SOURCES}/ ${SOURCES}/`,
    `COPY --from=built ${OUTPUT}/ ${OUTPUT}/`,
  ];
  const dockerfile = [
    ...(to === null ? [`FROM ${built.id}`] : moved),
    // Last, so that a change of them compiles nothing.
    ...(isBare ? [] : ["COPY root/ /"]),
  ];
  const context = under("root", root);
  const inputs = { dockerfile, context: contextDigest(context) };
  return provideContent<ProgramFacts>(identity(name, inputs, options), () =>
    Promise.resolve({ context, dockerfile, facts: built.facts }),
  );
}

const STEP = "bin:";

/** Whether a step of progress makes a program, not an image below one. */
export function isProgramStep(id: string): boolean {
  return id.startsWith(STEP);
}

function identity(name: string, inputs: ImageIdentity["inputs"], options: ProgramOptions): ImageIdentity {
  return { ...options, kind: "binary", id: `${STEP}${name}`, title: `program ${name}`, inputs };
}

function under<T>(folder: string, files: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(files).map(([path, file]) => [`${folder}/${path.replace(/^\/+/, "")}`, file]),
  );
}
