import { badRequest } from "../failure.js";
import type { BuildPlan } from "../plan/plan.js";
import type { GoTree } from "./facts.js";
import { cSteps } from "./recipe-c.js";
import { goSteps } from "./recipe-go.js";
import { commandRecipe } from "./recipe-command.js";
import { shellLine } from "./quote.js";

/** Where the sources lie in a binary's image, as they lie in the repro's folder. */
export const SOURCES = "/repro";
/** The program that a recipe makes, and what the tools said while they made it (after its sha256, and its path where it lies elsewhere). */
export const PROGRAM = "/opt/repro/program";
export const BUILD_LOG = "/opt/repro/build.log";
export const RECIPE = "/opt/repro/recipe.sh";

/** What an environment has to build with. */
export interface Toolchain {
  readonly libc: "glibc" | "musl";
  /** The libc that plain `gcc` links to. */
  readonly native: "glibc" | "musl";
  readonly go: GoTree | null;
}

/** A patch, its path in the repro's folder, and the files of GOROOT that it changes. */
export interface PatchTargets {
  readonly path: string;
  readonly files: readonly string[];
}

/** How a program is built: the script that does it in the environment's image, and its command lines for people. */
export interface Recipe {
  readonly script: string;
  readonly commands: readonly string[];
}

/** What the languages' own parts give: lines to run before, and the commands that build. */
export interface Steps {
  readonly setUp: readonly string[];
  /** Where the commands run, relative to the sources; "." where absent. */
  readonly directory?: string;
  readonly build: readonly (readonly string[])[];
  /** Shown in front of each command: the environment variables that matter to it. */
  readonly shown: readonly string[];
}

/**
 * The recipe of a build. Pure: the same plan in the same toolchain gives the same script. `sources` are the files of
 * `build.sources`, folders walked. Throws a Failure("request") for what this toolchain cannot build.
 */
export function recipeFor(
  build: BuildPlan,
  sources: readonly string[],
  toolchain: Toolchain,
  patches: readonly PatchTargets[],
): Recipe {
  if (build.language === "command") return commandRecipe(build);
  const { setUp, directory = ".", build: commands, shown } = stepsFor(build, sources, toolchain, patches);
  const lines = [
    "#!/bin/sh",
    ". /opt/vivarium/compile.sh",
    ...setUp,
    shellLine(["cd", directory === "." ? SOURCES : `${SOURCES}/${directory}`]),
    ...commands.map((words) => `step ${shellLine(words)}`),
    `finish ${PROGRAM}`,
  ];
  const applied = patches.map(({ path }) => shellLine(["patch", "-p1", "-F0", "-i", path]));
  return {
    script: lines.join("\n") + "\n",
    commands: [...applied, ...commands.map((words) => [...shown, shellLine(words)].join(" "))],
  };
}

function stepsFor(
  build: BuildPlan,
  sources: readonly string[],
  toolchain: Toolchain,
  patches: readonly PatchTargets[],
): Steps {
  if (build.language !== "go" && patches.length > 0) {
    throw badRequest(
      `patches change the Go tree, and this repro is ${build.language}`,
      "change its own sources instead",
    );
  }
  switch (build.language) {
    case "go":
      return goSteps(build, sources, toolchain, patches);
    case "c":
    case "c++":
      return cSteps(build, sources, toolchain);
    case "prebuilt":
      return prebuiltSteps(sources);
    case "command":
      throw new TypeError("a command is not built");
  }
}

function prebuiltSteps(sources: readonly string[]): Steps {
  const [program, ...others] = sources;
  if (program === undefined || others.length > 0) {
    throw badRequest(
      "a prebuilt repro has exactly one source: the program",
      "lay other files over the root: `files`",
    );
  }
  const path = `${SOURCES}/${program}`;
  return { setUp: [shellLine(["suits", path])], build: [["cp", path, PROGRAM]], shown: [] };
}
