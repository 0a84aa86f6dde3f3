import { badRequest } from "../failure.js";
import type { CatalogueImage } from "../manifest/catalogue.js";
import { compiledLanguage } from "../manifest/compiled-languages.js";
import { parsePackage, type PackageWord } from "../manifest/package-name.js";
import { matchesEnvironment } from "../manifest/pattern.js";
import type { Manifest, Variant } from "../manifest/repro.js";
import type { BuildPlan } from "./plan.js";
import type { BuildOverrides } from "./request.js";

/** All packages that are asked for: the manifest's, the variant's, the flags'. Throws a Failure("request") for what is no name. */
export function addedPackages(
  manifest: Manifest,
  variant: Variant,
  { packages = [] }: BuildOverrides,
): PackageWord[] {
  return [...(manifest.packages ?? []), ...(variant.packages ?? []), ...packages].map((text) => {
    const word = parsePackage(text);
    if (word !== null) return word;
    throw badRequest(
      `--package '${text}': not the name of a package`,
      "for example: --package zlib1g-dev, or for some environments alone: --package 'alpine-*:zlib-dev'",
    );
  });
}

/** What the compiler that a build asks for is in, by the libc that is the image's own: Debian's images have glibc, Alpine's musl. */
export function compilerPackages(
  { language, cflags }: Pick<BuildPlan, "language" | "cflags">,
  native: "glibc" | "musl",
): readonly string[] {
  const compiled = compiledLanguage(language);
  if (compiled !== null) return compiled.packages[native];
  if (!is32Bit(cflags) || native === "musl") return [];
  return language === "c++" ? ["g++-multilib"] : ["gcc-multilib"];
}

/** Debian's clang has its sanitizers in a package of their own from this suite on (`rank` in the catalogue). */
const APART_FROM = 12;

/**
 * What a program needs that clang made with a sanitizer: the sanitizer's library, and llvm-symbolizer, without which its reports name no function and no line. gcc's
 * need nothing.
 */
export function sanitizerPackages(
  { cc, sanitize, cflags }: Pick<BuildPlan, "cc" | "sanitize" | "cflags">,
  { native = "glibc", rank }: Pick<CatalogueImage, "native" | "rank">,
): readonly string[] {
  const asked = sanitize.length > 0 || cflags.some((flag) => flag.startsWith("-fsanitize="));
  if (cc !== "clang" || !asked) return [];
  if (native === "musl") return ["compiler-rt", "llvm"];
  return rank >= APART_FROM ? ["libclang-rt-dev", "llvm"] : ["llvm"];
}

/** A program for the same machine with pointers of 32 bits needs libraries of its own. */
export function is32Bit(cflags: readonly string[]): boolean {
  return cflags.includes("-m32") || cflags.includes("-mx32");
}

/** Those that one environment gets, sorted, each once: `own` are what it needs besides. */
export function packagesFor(
  words: readonly PackageWord[],
  environment: string,
  own: readonly string[] = [],
): { readonly packages?: readonly string[] } {
  const asked = words
    .filter(({ environment: pattern }) => pattern === undefined || matchesEnvironment(pattern, environment))
    .map(({ name }) => name);
  const names = [...asked, ...own];
  return names.length === 0 ? {} : { packages: [...new Set(names)].sort() };
}
