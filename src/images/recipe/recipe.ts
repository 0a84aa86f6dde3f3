import { badRequest } from "../../failure.js";
import { compiledLanguage } from "../../manifest/compiled-languages.js";
import type { BuildPlan } from "../../plan/plan.js";
import { cSteps } from "./c.js";
import { compiledCommand } from "./compiled.js";
import { goSteps } from "./go.js";
import { commandRecipe } from "./command.js";
import { shellLine } from "../quote.js";
import {
  BUILD,
  OTHERWISE,
  PROGRAM,
  SOURCES,
  type Patches,
  type Recipe,
  type Steps,
  type Toolchain,
} from "./shape.js";

/**
 * The recipe of a build. Pure: the same plan in the same toolchain gives the same script. `sources` are the files of
 * `build.sources`, folders walked, and `uses` the flags of the libraries that they use (`librariesApart`). Throws a Failure("request") for what this toolchain cannot build.
 */
export function recipeFor(
  build: BuildPlan,
  sources: readonly string[],
  toolchain: Toolchain,
  patches: Patches,
  uses: readonly string[] = [],
): Recipe {
  if (build.language === "command") return commandRecipe(build);
  const {
    setUp,
    directory = ".",
    build: commands,
    otherwise,
    after = [],
    shown,
  } = stepsFor(build, sources, toolchain, patches, uses);
  const steps = commands.map((words) => `step ${shellLine(words)}`);
  const lines = [
    "#!/bin/sh",
    `. ${BUILD}/compile.sh`,
    ...patches.sources.map(({ path, strip }) =>
      shellLine(["change_sources", `${SOURCES}/${path}`, `${strip}`]),
    ),
    ...setUp,
    shellLine(["cd", directory === "." ? SOURCES : `${SOURCES}/${directory}`]),
    ...(otherwise === undefined
      ? steps
      : [
          `if ${otherwise.test}; then`,
          `echo ${OTHERWISE}`,
          ...otherwise.build.map((words) => `step ${shellLine(words)}`),
          "else",
          ...steps,
          "fi",
        ]),
    ...after,
  ];
  const applied = [
    ...patches.goroot.map(({ path }) => shellLine(["patch", "-p1", "-F0", "-i", path])),
    ...patches.sources.map(({ path, strip }) => shellLine(["patch", `-p${strip}`, "-F0", "-i", path])),
  ];
  const told = (all: readonly (readonly string[])[]): string[] => [
    ...applied,
    ...all.map((words) => [...shown, shellLine(words)].join(" ")),
  ];
  return {
    script: lines.join("\n") + "\n",
    commands: told(commands),
    ...(otherwise === undefined ? {} : { commandsOtherwise: told(otherwise.build) }),
  };
}

function stepsFor(
  build: BuildPlan,
  sources: readonly string[],
  toolchain: Toolchain,
  patches: Patches,
  uses: readonly string[],
): Steps {
  if (build.language !== "go" && patches.goroot.length > 0) {
    throw badRequest(
      `patches change the Go tree, and this repro is ${build.language}`,
      "change its own sources instead",
    );
  }
  const compiled = compiledLanguage(build.language);
  if (compiled !== null) {
    const command = build.command ?? compiledCommand(compiled, sources, build);
    return cSteps({ ...build, command }, sources, toolchain, uses);
  }
  switch (build.language) {
    case "go":
      return goSteps(build, sources, toolchain, patches.goroot);
    case "c":
    case "c++":
      return cSteps(build, sources, toolchain, uses);
    case "prebuilt":
      return prebuiltSteps(sources);
    case "command":
      throw new TypeError("a command is not built");
    default:
      throw new TypeError(`no recipe for ${build.language}`);
  }
}

function prebuiltSteps(sources: readonly string[]): Steps {
  const [program, ...others] = sources;
  if (program === undefined || others.length > 0) {
    throw badRequest(
      "a prebuilt repro has exactly one source: the program",
      "put other files over the root: `files`",
    );
  }
  const path = `${SOURCES}/${program}`;
  return { setUp: [shellLine(["suits", path])], build: [["cp", path, PROGRAM]], shown: [] };
}
