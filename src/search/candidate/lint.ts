import type { BuildPlan } from "../../plan/plan.js";
import type { Toolchain } from "../../images/recipe/shape.js";
import { cCompiler } from "../../images/recipe/compiler.js";
import { shellLine } from "../../images/quote.js";

/**
 * Warnings of gcc that tell of undefined behaviour, or of a program that is no longer C: what a reduction that only looks for a crash makes
 * again and again.
 */
const TELLING = [
  "uninitialized",
  "maybe-uninitialized",
  "return-type",
  "return-local-addr",
  "implicit-function-declaration",
  "implicit-int",
  "int-conversion",
  "incompatible-pointer-types",
  "array-bounds",
  "stringop-overflow",
  "stringop-overread",
  "infinite-recursion",
  "use-after-free",
  "dangling-pointer",
  "free-nonheap-object",
  "mismatched-dealloc",
  "nonnull",
  "format",
  "format-extra-args",
  "div-by-zero",
  "int-to-pointer-cast",
  "strict-prototypes",
];

/** What is compiled to be looked at, and by which compiler. */
function compilation(build: BuildPlan, toolchain: Toolchain): string[] | null {
  if (build.language !== "c" && build.language !== "c++") return null;
  return [cCompiler(build, toolchain), ...build.cflags, "-O1", "-c", "-o", "/dev/null"];
}

const SOURCE = /\.(c|cc|cpp|cxx|C)$/;

/** A script that prints which of the telling warnings this compiler knows and the program has not, and fails: it is no build. */
export function lintProbe(build: BuildPlan, toolchain: Toolchain): string | undefined {
  const words = compilation(build, toolchain);
  if (words === null) return undefined;
  const files = build.sources.filter((path) => SOURCE.test(path));
  return [
    "found=",
    `for name in ${TELLING.join(" ")}; do`,
    `  ${shellLine(words.slice(0, 1))} -Werror=$name -E -x ${build.language} /dev/null > /dev/null 2>&1 || continue`,
    "  clean=yes",
    ...files.map((file) => `  ${shellLine([...words, file])} -Werror=$name > /dev/null 2>&1 || clean=`),
    '  [ -z "$clean" ] || found="$found [-W$name]"',
    "done",
    'echo "$found"',
    "exit 1",
    "",
  ].join("\n");
}

/** The names that a probe printed. */
export function lintNames(said: string): string[] {
  return [...said.matchAll(/\[-W([a-z-]+)\]/g)].map(([, name]) => name as string);
}

/** A script that fails where a program has one of these warnings; undefined where there is nothing to look at. */
export function lintScript(
  build: BuildPlan,
  toolchain: Toolchain,
  names: readonly string[],
): string | undefined {
  const words = compilation(build, toolchain);
  if (words === null || names.length === 0) return undefined;
  const errors = names.map((name) => `-Werror=${name}`);
  const each = '"$file" || exit 1';
  return `for file in $(find . -name '*.c' -o -name '*.cc' -o -name '*.cpp' -o -name '*.cxx'); do ${shellLine([...words, ...errors])} ${each}; done\n`;
}
