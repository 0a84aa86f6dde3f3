import { badRequest } from "../failure.js";
import type { Catalogue, CatalogueEnvironment, CatalogueGo } from "../manifest/catalogue.js";
import { didYouMean } from "../manifest/nearest.js";
import { matchesPattern } from "../manifest/pattern.js";
import type { Language } from "../manifest/repro.js";
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
    if (!excluded.includes("/")) {
      for (const id of [...chosen.keys()]) if (gone.includes(id.split("/")[0] as string)) chosen.delete(id);
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
  const [libcPattern = "", goPattern] = pattern.split("/", 2);
  const libcs = Object.keys(catalogue.environments).filter((name) => matchesPattern(libcPattern, name));
  if (libcs.length === 0) {
    throw badRequest(
      `no environment '${pattern}'`,
      didYouMean(libcPattern, Object.keys(catalogue.environments)),
    );
  }
  if (goPattern === undefined) return libcs.map((name) => environment(name, null, catalogue, language));
  if (language !== "go") {
    throw badRequest(
      `'${pattern}' chooses a Go, but this repro is no Go program`,
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

/** A pattern selects among the suites' toolchains; one from an archive must be downloaded, so it is named in full. */
function selectsGo(pattern: string, go: string, catalogue: Catalogue): boolean {
  const fromArchive = "archive" in (catalogue.gos[go] as CatalogueGo);
  return fromArchive ? pattern === `go-${go}` : matchesPattern(pattern, `go-${go}`);
}

function noSuchGo(pattern: string, goPattern: string, libcs: readonly string[], catalogue: Catalogue): Error {
  const known = Object.keys(catalogue.gos).filter((go) => matchesPattern(goPattern, `go-${go}`));
  const fitting = [...new Set(libcs.flatMap((name) => fittingGos(name, catalogue)))].map((go) => `go-${go}`);
  if (known.length > 0) {
    return badRequest(
      `no environment '${pattern}': the Go of a newer suite does not run on an older libc`,
      `${libcs.join(", ")} can have: ${fitting.join(", ")}`,
    );
  }
  return badRequest(`no environment '${pattern}'`, didYouMean(goPattern, fitting));
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
    id: go === null ? libc : `${libc}/go-${go}`,
    libc: entry.libc,
    go: pin === null ? null : goPin(pin, catalogue),
    image: entry.image,
  };
}

function goPin(name: string, catalogue: Catalogue): GoPin {
  const go = catalogue.gos[name];
  if (go === undefined)
    throw badRequest(`the catalogue has no Go '${name}'`, didYouMean(name, Object.keys(catalogue.gos)));
  if ("image" in go) return { version: go.version, source: { kind: "suite", suite: go.image } };
  return {
    version: go.version,
    source: { kind: "archive", url: go.archive, checksum: go.checksum as `sha256:${string}` },
  };
}
