import type { Binary } from "../images/binary.js";
import { compiledLanguage } from "../manifest/compiled-languages.js";
import type { Cell } from "../plan/plan.js";
import type { Companion } from "../stats/axis.js";

/** Packages that build a program and leave nothing of themselves in it, and compilers, which are told on their own. */
const TOOLS =
  /^(?:make|cmake|meson|ninja-build|samurai|autoconf|automake|libtool|m4|pkg-?conf(?:ig)?|bison|flex|gperf|cargo|rustc?|gfortran|gnat|gdc|nasm|gcc.*|g\+\+.*|git|file|which|bc|xxd|gettext|texinfo|help2man)$/;

/**
 * What differs between two images beside their libcs, as far as a program has to do with it: its compiler (with the libraries of its language), the
 * packages that the repro asks for; of a program that lies in the image, all others. A compiled program that was brought has none.
 */
export function companionsOf({ build, run, builtIn }: Cell, binary: Binary): Companion[] {
  if (build.language === "prebuilt") return [];
  if (build.language === "command")
    return [{ name: "another package of the image", value: `the packages of ${builtIn.image}` }];
  const asked = [...new Set([...(build.packages ?? []), ...(run.packages ?? [])])];
  const there = { ...binary.builtIn.packages, ...binary.ranOn.packages };
  const libraries = asked.filter((name) => !TOOLS.test(name) && there[name] !== undefined);
  const compiler = compilerOf(build, binary);
  return [
    ...(compiler === null ? [] : [{ name: "the compiler", value: compiler }]),
    ...libraries.map((name) => ({ name, value: `${name} ${versionIn(there[name] ?? "")}` })),
  ];
}

function compilerOf(build: Cell["build"], { builtIn }: Binary): string | null {
  if (build.language === "go" && !build.cgo) return null;
  const packages = compiledLanguage(build.language)?.packages;
  const own = [...(packages?.glibc ?? []), ...(packages?.musl ?? [])].find(
    (name) => builtIn.packages[name] !== undefined,
  );
  if (own !== undefined) return `${own} ${versionIn(builtIn.packages[own] ?? "")}`;
  // `gcc (Debian 10.2.1-6) 10.2.1 20210110`, `Debian clang version 14.0.6`
  const version = /\d+\.\d[\d.]*/.exec(builtIn.compiler.replace(/\([^)]*\)/g, ""))?.[0];
  return version === undefined ? null : `${build.cc} ${version}`;
}

/** The author's version, of a package's: `1.63.0` of `1.63.0+dfsg1-2`. */
function versionIn(text: string): string {
  return /^(?:\d+:)?([^-+~]+)/.exec(text)?.[1] ?? text;
}
