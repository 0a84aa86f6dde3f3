import { badRequest } from "../failure.js";
import { compiledLanguage } from "../manifest/compiled-languages.js";
import type { Catalogue } from "../manifest/catalogue.js";
import type { Manifest } from "../manifest/repro.js";
import { is32Bit } from "./packages.js";
import type { BuildPlan, Environment, Unbuildable } from "./plan.js";

/** Throws a Failure("request") for a build that no environment can make. */
export function checkBuild(
  { manifest, named }: { readonly manifest: Manifest; readonly named: { readonly runOn: boolean } },
  build: BuildPlan,
): void {
  if (build.patches.length > 0 && build.language !== "go") {
    throw badRequest(
      `${manifest.name}: patches apply to Go's standard library, and this repro is ${build.language}`,
    );
  }
  if (build.sourcePatches !== undefined && ["prebuilt", "command"].includes(build.language)) {
    throw badRequest(
      `${manifest.name}: a patch changes sources, and this program is built already`,
      "give the sources that it is built from",
    );
  }
  if (build.sanitize.length > 0 && build.link === "static") {
    throw badRequest("sanitizers do not work in static programs", "add --link dynamic");
  }
  // A command is the image's own: it is linked to the image's own libc, and cannot be carried to another image.
  if (build.language === "command" && named.runOn) {
    throw badRequest(
      `${manifest.name}: --run-on carries a program that was built, and this one is each image's own`,
      "name the environments with --env",
    );
  }
}

/**
 * Why an environment cannot build what others can; null where nothing is known against it. Such an environment is told in its own row, and
 * costs the others nothing.
 */
export function unbuildableIn(
  catalogue: Catalogue,
  build: BuildPlan,
  { libc, image }: Environment,
): Unbuildable | null {
  const native = catalogue.images[image]?.native ?? "glibc";
  const { family } = libc;
  if (is32Bit(build.cflags) && family === "musl") {
    return {
      why: "there is no 32-bit musl in this image: no package of the distribution has one",
      remedy: "choose glibc environments: --env 'glibc-*'",
    };
  }
  return family === native ? null : besideIts(catalogue, build, libc, native);
}

/** The same for a libc beside the image's own, for which its distribution has little more than a C compiler. */
function besideIts(
  catalogue: Catalogue,
  build: BuildPlan,
  libc: Environment["libc"],
  native: "glibc" | "musl",
): Unbuildable | null {
  const { family } = libc;
  const recipe = libc.source === undefined ? undefined : catalogue.recipes?.[libc.source.recipe];
  if (build.language === "c++" && recipe?.compilers?.["g++"] === undefined) {
    return {
      why: `there is no C++ library for ${family} in this image: ${libc.source === undefined ? `Debian's ${family}` : `a ${family} from source`} comes with a C compiler alone`,
      remedy: `an image whose own libc is ${family} has one: ${alpine(catalogue)}; or choose ${native} environments: --env '${native}-*'`,
    };
  }
  if (build.sanitize.length > 0) {
    return {
      why: `there are no sanitizers for ${family}: their run-time library needs ${native}`,
      remedy: `choose ${native} environments: --env '${native}-*'`,
    };
  }
  const unusable = compiledLanguage(build.language)?.foreign ?? null;
  if (unusable !== null) {
    return {
      why: `${unusable}, and this environment's libc is ${family}`,
      remedy: `choose ${native} environments (--env '${native}-*'), or an image whose own libc is ${family}: ${alpine(catalogue)}`,
    };
  }
  if (build.language === "command") {
    return {
      why: `the programs in this image are linked to ${native}`,
      remedy: `run it where the image's own libc is meant: --env '${native}-*'`,
    };
  }
  return null;
}

/** `--env alpine-3.22`, by what the catalogue calls it. */
function alpine({ environments, images }: Catalogue): string {
  const found = Object.entries(environments).filter(([, { image }]) => images[image]?.native === "musl");
  const [name] = found.find(([, { image }]) => image.startsWith("alpine")) ?? found[0] ?? ["alpine-*"];
  return `--env ${name}`;
}
