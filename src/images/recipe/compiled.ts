import { posix } from "node:path";
import { badRequest } from "../../failure.js";
import type { CompiledLanguage } from "../../manifest/compiled-languages.js";
import type { BuildPlan } from "../../plan/plan.js";
import { shellLine, shellQuote } from "../quote.js";

/**
 * The command line that builds a program in a language whose compiler is a package, as a manifest's `build` would have it. Throws a
 * Failure("request") where none of the sources is of that language.
 */
export function compiledCommand(
  { title, endings, build, buildStatic = build }: CompiledLanguage,
  sources: readonly string[],
  { link }: Pick<BuildPlan, "link">,
): string {
  const files = sources.filter((path) => endings.includes(posix.extname(path)));
  const [first] = files;
  if (first === undefined) {
    throw badRequest(
      `none of the sources is ${/^[AEIOU]/.test(title) ? "an" : "a"} ${title} file (${endings.join(", ")}): ${shellLine(sources)}`,
      "name the files in `sources`, or give a command line: --build 'COMMAND'",
    );
  }
  // A program starts in the file that is called main, else in the first.
  const main = files.find((path) => /^main\.[^.]+$/.test(posix.basename(path))) ?? first;
  return (link === "static" ? buildStatic : build)
    .replaceAll("{main}", () => shellQuote(main))
    .replaceAll("{sources}", () => shellLine(files));
}
