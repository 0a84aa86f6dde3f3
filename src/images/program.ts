import { badRequest, infrastructure } from "../failure.js";
import type { ContextEntry, Engine } from "../docker/engine.js";
import type { BuildPlan } from "../plan/plan.js";
import type { ProgressSink } from "../progress/event.js";
import { explainProgramBuild } from "./recipe/build-failure.js";
import { contextDigest } from "./dockerfiles.js";
import type { EnvironmentImage } from "./environment.js";
import { provideImage, type Made } from "./image.js";
import { linkWarnings } from "./recipe/link-warnings.js";
import { patchedFiles } from "./patch.js";
import { recipeFor } from "./recipe/recipe.js";
import { BUILD_LOG, PROGRAM, RECIPE, SOURCES, WITHOUT_C, type Recipe } from "./recipe/shape.js";
import { readSources } from "./sources.js";

export interface ProgramOptions {
  readonly engine: Engine;
  readonly sink: ProgressSink;
  readonly signal?: AbortSignal | undefined;
  readonly platform?: string | undefined;
}

/** What is known of a program when it was built. */
export interface ProgramFacts {
  readonly program: string;
  /** sha256 of its bytes, hex. */
  readonly sha256: string;
  readonly linkWarnings: readonly string[];
  readonly commands: readonly string[];
}

/** A build in one environment: `name` is how messages call it, `root` what is laid over the container's root. */
export interface ProgramRequest {
  readonly name: string;
  readonly folder: string;
  readonly build: BuildPlan;
  readonly environment: EnvironmentImage;
  readonly root: Readonly<Record<string, ContextEntry>>;
}

/** Builds a program in an environment's image, without network, at most once for the same inputs. */
export async function provideProgram(
  request: ProgramRequest,
  options: ProgramOptions,
): Promise<Made<ProgramFacts>> {
  const { name, folder, build, environment, root } = request;
  const sources = await readSources(folder, build.sources);
  const patches = await readSources(folder, build.patches);
  const targets = build.patches.map((path) => ({ path, files: patchTargets(path, patches) }));
  const recipe = recipeFor(build, Object.keys(sources), environment.toolchain, targets);
  const context = {
    ...under(`build${SOURCES}`, { ...sources, ...patches }),
    [`build${RECIPE}`]: { content: recipe.script },
    ...under("root", root),
    Dockerfile: { content: programDockerfile(environment.id, Object.keys(root).length > 0) },
  };
  return provideImage<ProgramFacts>({
    ...options,
    kind: "binary",
    id: `bin:${name}`,
    title: `program ${name}`,
    inputs: { context: await contextDigest(context), commands: recipe.commands },
    context,
    // A build that fetches something is not the same build tomorrow.
    network: "none",
    read: async (image) => readBuild(options.engine, image, recipe),
    explain: (code, lines) => explainProgramBuild(name, code, lines, build),
  });
}

/** Puts a program that was built in one environment into another's image, to run it there. */
export async function moveProgram(
  request: ProgramRequest,
  built: Made<ProgramFacts>,
  to: EnvironmentImage,
  options: ProgramOptions,
): Promise<Made<ProgramFacts>> {
  const { name, folder, build, root } = request;
  const sources = await readSources(folder, build.sources);
  const dockerfile = [
    `FROM ${built.id} AS built`,
    `FROM ${to.id}`,
    `COPY repro/ ${SOURCES}/`,
    `COPY --from=built ${PROGRAM} ${PROGRAM}`,
    ...(Object.keys(root).length > 0 ? ["COPY root/ /"] : []),
  ];
  const context = {
    ...under("repro", sources),
    ...under("root", root),
    Dockerfile: { content: dockerfile.join("\n") + "\n" },
  };
  return provideImage<ProgramFacts>({
    ...options,
    kind: "binary",
    id: `bin:${name}`,
    title: `program ${name}`,
    inputs: { context: await contextDigest(context) },
    context,
    network: "none",
    read: () => Promise.resolve(built.facts),
    explain: (code, lines) => explainProgramBuild(name, code, lines, build),
  });
}

/** Files are laid over the root last, so that a change of them compiles nothing. */
function programDockerfile(environment: string, hasRoot: boolean): string {
  return [
    `FROM ${environment}`,
    // One tree, because each step costs the classic builder a container.
    "COPY build/ /",
    `RUN sh ${RECIPE}`,
    ...(hasRoot ? ["COPY root/ /"] : []),
    "",
  ].join("\n");
}

function under<T>(folder: string, files: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(files).map(([path, file]) => [`${folder}/${path.replace(/^\/+/, "")}`, file]),
  );
}

function patchTargets(path: string, patches: Awaited<ReturnType<typeof readSources>>): string[] {
  const files = patchedFiles(patches[path]?.content.toString("utf8") ?? "");
  if (files.length === 0) throw badRequest(`${path}: no unified diff`, "make one with diff -u or git diff");
  return files;
}

async function readBuild(engine: Engine, image: string, recipe: Recipe): Promise<ProgramFacts> {
  const log = (await engine.readFile(image, BUILD_LOG)).toString("utf8");
  const [first = "", ...output] = log.split("\n");
  // A program that the image held before says where it lies.
  const [, sha256, path = PROGRAM] = /^([0-9a-f]{64})(?: {2}(\/.+))?$/.exec(first) ?? [];
  if (sha256 === undefined) {
    throw infrastructure(
      "the build left no checksum of its program",
      "this is a fault of vivarium: please report it",
    );
  }
  const commands = output.includes(WITHOUT_C) ? recipe.commandsWithoutC : undefined;
  return {
    program: path,
    sha256,
    linkWarnings: linkWarnings(output),
    commands: commands ?? recipe.commands,
  };
}
