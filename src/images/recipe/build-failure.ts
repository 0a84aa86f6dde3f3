import { badRequest, infrastructure, type Failure } from "../../failure.js";
import { clipLine } from "../../text/clip.js";
import { buildRemedy, type BuiltWith } from "./build-remedy.js";
import { OTHERWISE } from "./shape.js";

/** Exit codes of a recipe; see dockerfiles/build/compile.sh. */
const DOES_NOT_BUILD = 65;
const PATCH_DOES_NOT_APPLY = 66;

/** Lines that the builder itself prints between those of the tools that it runs. */
const BUILDERS = /^(Step \d+\/\d+ : | ---> |Removing intermediate container |Successfully (built|tagged) )/;

/** Lines of apt, of compilers and of linkers that say what is wrong; apt names what is missing in lines of their own. */
const TELLING =
  /^(?:E:|Err:|ERROR|.*(?:error:|undefined reference|multiple definition)| *(?:\S+ : )?(?:Pre-)?(?:Depends|Breaks|Conflicts): )/;

/** Of a short reason. */
const MOST_LINES = 5;
const LONGEST_LINE = 200;

/** Whether a line of apt, a compiler or a linker says what is wrong. */
export function isTelling(line: string): boolean {
  return TELLING.test(line);
}

/**
 * Why something could not be built, in few lines: a compiler's words fill pages, and its own command line the first of them. What failed, then the errors, or else
 * the last words.
 */
export function shortReason(message: string): string {
  const [what = "", ...said] = message.split("\n");
  const errors = said.filter(isTelling);
  const lines = errors.length > 0 ? errors.slice(0, MOST_LINES) : said.slice(-MOST_LINES);
  return [what, ...lines].map((line) => clipLine(line, LONGEST_LINE)).join("\n");
}

/** What the tools say where an image cannot be built, and what to do about it: the first that they say. */
const IMAGE_REMEDIES: readonly (readonly [pattern: RegExp, remedy: string])[] = [
  [/no space left on device/i, "free disk space (vivarium clean), then run again"],
  [
    /Failed to fetch .* 404 +Not Found/,
    "the archive does not hold what its own index names: run again later, or choose another suite",
  ],
  [
    /Could not resolve|Temporary failure|Failed to fetch|Cannot initiate the connection/i,
    "the archive cannot be reached from the engine: check its network, then run again",
  ],
  [
    /Unable to locate package|unmet dependencies|has no installation candidate/,
    "the suite does not have these packages together: correct `packages` or `overlay` of the image in dockerfiles/catalogue.yaml",
  ],
];

/** What the tools of a build said, without the builder's own lines. */
function toolOutput(lines: readonly string[]): string[] {
  return lines.filter((line) => !BUILDERS.test(line));
}

/** What it means that an environment's image could not be built. */
export function explainImageBuild(title: string, code: number | null, lines: readonly string[]): Failure {
  const text = lines.join("\n");
  const words = lines.filter(isTelling).slice(-8);
  const said = (words.length > 0 ? words : toolOutput(lines).slice(-8)).join("\n");
  const [, remedy = "vivarium doctor looks at network and disk"] =
    IMAGE_REMEDIES.find(([pattern]) => pattern.test(text)) ?? [];
  return infrastructure(
    `${title}: the build failed${code === null ? "" : ` (exit ${code})`}:\n${said}`,
    remedy,
  );
}

/** What it means that a program could not be built: mostly that its own sources are at fault. `lines` are what the tools said. */
export function explainProgramBuild(
  name: string,
  code: number | null,
  lines: readonly string[],
  build: BuiltWith,
): Failure {
  const { language } = build;
  // What the recipe tells vivarium is no word of the tools.
  const said = lines
    .filter((line) => line !== OTHERWISE)
    .slice(-40)
    .join("\n");
  if (code === PATCH_DOES_NOT_APPLY) {
    return badRequest(
      `${name}: a patch does not apply:\n${said}`,
      "make the patch against the very files that it changes: the program's own, or this Go's",
    );
  }
  if (code === DOES_NOT_BUILD && language === "command") {
    return badRequest(
      `${name}: ${said}`,
      "a compiled program of your own is run with: vivarium run ./PROGRAM --prebuilt",
    );
  }
  if (code === DOES_NOT_BUILD) {
    return badRequest(`${name}: the program does not build:\n${said}`, buildRemedy(said, build));
  }
  return infrastructure(
    `${name}: the build failed${code === null ? "" : ` (exit ${code})`}:\n${said}`,
    "vivarium doctor",
  );
}
