import { badRequest } from "../failure.js";
import { parsePackage, type PackageWord } from "../manifest/package-name.js";
import { matchesEnvironment } from "../manifest/pattern.js";
import type { Manifest, Variant } from "../manifest/repro.js";
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

/** Those that one environment gets, sorted, each once. */
export function packagesFor(
  words: readonly PackageWord[],
  environment: string,
): { readonly packages?: readonly string[] } {
  const names = words
    .filter(({ environment: pattern }) => pattern === undefined || matchesEnvironment(pattern, environment))
    .map(({ name }) => name);
  return names.length === 0 ? {} : { packages: [...new Set(names)].sort() };
}
