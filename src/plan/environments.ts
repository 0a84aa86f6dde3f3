import { badRequest } from "../failure.js";
import type { Catalogue, CatalogueEnvironment, CatalogueGo } from "../manifest/catalogue.js";
import { didYouMean } from "../manifest/nearest.js";
import { matchesPattern, partsOf } from "../manifest/pattern.js";
import type { Language } from "../manifest/repro.js";
import { compareVersions, inRange, type SourcePin } from "../manifest/source-recipe.js";
import type { Environment, GoPin } from "./plan.js";

/**
 * The environments that a list of names and patterns selects, in the order of the list and then of the catalogue, none
 * twice. `!pattern` takes out what the others selected. `/go-…` chooses the Go; without it a libc has its default.
 * Throws a Failure("request") with the nearest names for a pattern that selects nothing.
 */
export function selectEnvironments(
  patterns: readonly string[],
  catalogue: Catalogue,
  language: Language,
): Environment[] {
  const list = patterns
    .flatMap((text) => text.split(","))
    .map((text) => text.trim())
    .filter((text) => text !== "");
  const chosen = new Map<string, Environment>();
  const wanted = list.filter((text) => !text.startsWith("!"));
  const everything = wanted.length === 0 && list.length > 0 ? ["*"] : wanted;
  for (const pattern of everything) {
    for (const environment of selectOne(pattern, catalogue, language))
      chosen.set(environment.id, environment);
  }
  for (const excluded of list.filter((text) => text.startsWith("!")).map((text) => text.slice(1))) {
    const gone = selectOne(excluded, catalogue, language).map(({ id }) => id);
    for (const id of gone) chosen.delete(id);
    if (partsOf(excluded)[1] === undefined) {
      for (const id of [...chosen.keys()]) if (gone.includes(partsOf(id)[0])) chosen.delete(id);
    }
  }
  if (chosen.size === 0) {
    throw badRequest(
      `no environment is left of '${list.join(",")}'`,
      didYouMean("", Object.keys(catalogue.environments)),
    );
  }
  return [...chosen.values()];
}

function selectOne(pattern: string, catalogue: Catalogue, language: Language): Environment[] {
  const [libcPattern, goPattern] = partsOf(pattern);
  const libcs = Object.entries(catalogue.environments)
    .filter(([name, { libc }]) => selectsLibc(libcPattern, name, libc.source !== undefined))
    .map(([name]) => name);
  if (libcs.length === 0) {
    throw badRequest(
      `no environment '${pattern}'`,
      didYouMean(libcPattern, Object.keys(catalogue.environments)),
    );
  }
  if (goPattern === undefined) return libcs.map((name) => environment(name, null, catalogue, language));
  if (language !== "go") {
    throw badRequest(
      `'${pattern}' chooses a Go, but this repro is not a Go program`,
      `ask for ${libcPattern} alone`,
    );
  }
  const found = libcs.flatMap((name) =>
    fittingGos(name, catalogue)
      .filter((go) => selectsGo(goPattern, go, catalogue))
      .map((go) => environment(name, go, catalogue, language)),
  );
  if (found.length === 0) throw noSuchGo(pattern, goPattern, libcs, catalogue);
  return found;
}

/** A pattern selects among the suites' own; one that is built from source is named in full. */
function selectsLibc(pattern: string, name: string, fromSource: boolean): boolean {
  return fromSource ? pattern === name : matchesPattern(pattern, name);
}

/** A pattern selects among the suites' toolchains; one that must be downloaded or built is named in full. */
function selectsGo(pattern: string, go: string, catalogue: Catalogue): boolean {
  const ofSuite = "image" in (catalogue.gos[go] as CatalogueGo);
  return ofSuite ? matchesPattern(pattern, goName(go, catalogue)) : pattern === goName(go, catalogue);
}

/** What a Go is called in an environment's name: `go-1.19`, or `go@go1.5.1` where it is built from source. */
function goName(go: string, catalogue: Catalogue): string {
  const entry = catalogue.gos[go];
  return entry !== undefined && "source" in entry ? go : `go-${go}`;
}

function noSuchGo(pattern: string, goPattern: string, libcs: readonly string[], catalogue: Catalogue): Error {
  const known = Object.keys(catalogue.gos).filter((go) => selectsGo(goPattern, go, catalogue));
  const fitting = [...new Set(libcs.flatMap((name) => fittingGos(name, catalogue)))].map((go) =>
    goName(go, catalogue),
  );
  if (known.length > 0) {
    return badRequest(
      `no environment '${pattern}': the Go of a newer suite does not run on an older libc`,
      `${libcs.join(", ")} can have: ${fitting.join(", ")}`,
    );
  }
  return badRequest(`no environment '${pattern}'`, didYouMean(goPattern, fitting));
}

/**
 * The Go that builds a Go in an environment: of those that run there and are new enough by Go's own rules, the oldest, which is the nearest
 * in age.
 */
function bootstrapFor(pin: SourcePin, libc: string, catalogue: Catalogue): string {
  const rules = catalogue.recipes?.[pin.recipe]?.bootstrap ?? [];
  const least = rules.find((rule) => inRange(pin.version, rule))?.needs ?? "0";
  const suites = fittingGos(libc, catalogue).filter((go) => "image" in (catalogue.gos[go] as CatalogueGo));
  const fit = suites.filter((go) => compareVersions(go, least) >= 0).sort((a, b) => compareVersions(a, b));
  if (fit[0] !== undefined) return fit[0];
  throw badRequest(
    `${libc}/go@${pin.ref}: Go ${pin.version} is built by Go ${least} or newer, and ${libc} has ${suites.join(", ") || "none"}`,
    "choose a newer environment for it, such as glibc-2.41 or glibc-2.43",
  );
}

/** Names of the Go toolchains that run in an environment: those of its own and of older suites, and archives. */
export function fittingGos(libc: string, catalogue: Catalogue): string[] {
  const entry = catalogue.environments[libc] as CatalogueEnvironment;
  const rank = catalogue.images[entry.image]?.rank ?? 0;
  return Object.entries(catalogue.gos)
    .filter(([, go]) => !("image" in go) || (catalogue.images[go.image]?.rank ?? Infinity) <= rank)
    .map(([name]) => name);
}

function environment(libc: string, go: string | null, catalogue: Catalogue, language: Language): Environment {
  const entry = catalogue.environments[libc] as CatalogueEnvironment;
  // The environment's default Go is there for every program; a C program just does not use it.
  const pin = language === "go" ? (go ?? entry.go) : null;
  return {
    id: go === null ? libc : `${libc}/${goName(go, catalogue)}`,
    libc: entry.libc,
    go: pin === null ? null : goPin(pin, libc, catalogue),
    image: entry.image,
  };
}

function goPin(name: string, libc: string, catalogue: Catalogue): GoPin {
  const go = catalogue.gos[name];
  if (go === undefined)
    throw badRequest(`the catalogue has no Go '${name}'`, didYouMean(name, Object.keys(catalogue.gos)));
  if ("image" in go) return { version: go.version, source: { kind: "suite", suite: go.image } };
  if ("source" in go) {
    const bootstrap = bootstrapFor(go.source, libc, catalogue);
    return { version: go.version, source: { kind: "source", pin: go.source, bootstrap } };
  }
  return {
    version: go.version,
    source: { kind: "archive", url: go.archive, checksum: go.checksum as `sha256:${string}` },
  };
}
