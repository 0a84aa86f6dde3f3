import { infrastructure } from "../failure.js";
import type { Environment, GoPin } from "../plan/plan.js";
import type { SourcePin } from "../manifest/source-recipe.js";
import type { ImageFacts, Instrument } from "./binary.js";

/** A Go toolchain in an image: `1.19.8` and its GOROOT. */
export interface GoTree {
  readonly version: string;
  readonly root: string;
}

/** What facts.sh found in an image; null where there is no such thing in it. */
export interface Facts {
  readonly glibc: string | null;
  readonly musl: string | null;
  readonly gcc: string | null;
  readonly clang: string | null;
  readonly gdb: string | null;
  readonly gos: readonly GoTree[];
  /** Package name -> version. */
  readonly packages: Readonly<Record<string, string>>;
  /** Checksums of what measures, hex; absent where the image was made before they were noted. */
  readonly instrument?: Instrument;
  /** What was built from source and laid into it. */
  readonly sources?: readonly Sourced[];
  /** Packages that were brought or changed by what a repro asks for, name -> version; absent where it asks for none. */
  readonly added?: Readonly<Record<string, string>>;
}

/** Something that was built from source and lies in an image. */
export interface Sourced {
  readonly recipe: string;
  readonly version: string;
  readonly prefix: string;
  /** `musl@v1.2.3+fix.patch` */
  readonly title: string;
}

/** The facts of an image with one thing more from source; of a Go, that is one of its toolchains. */
export function withSourced(facts: Facts, sourced: Sourced): Facts {
  const { recipe, version, prefix } = sourced;
  return {
    ...facts,
    gos: recipe === "go" ? [...facts.gos, { version, root: prefix }] : facts.gos,
    sources: [...(facts.sources ?? []), sourced],
  };
}

/** Reads the lines of dockerfiles/container/facts.sh: a name and its fields, parted by tabs. */
export function parseFacts(text: string): Facts {
  const single = new Map<string, string>();
  const gos: GoTree[] = [];
  const packages: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const [name = "", first = "", second = ""] = line.split("\t");
    if (name === "package") packages[first] = second;
    else if (name === "go") gos.push({ version: first, root: second });
    else if (first !== "") single.set(name, first);
  }
  const runner = single.get("runner");
  const all = single.get("instrument");
  const of = (name: string): string | null => single.get(name) ?? null;
  return {
    glibc: of("glibc"),
    musl: of("musl"),
    gcc: of("gcc"),
    clang: of("clang"),
    gdb: of("gdb"),
    gos,
    packages,
    ...(runner === undefined || all === undefined ? {} : { instrument: { runner, all } }),
  };
}

/** The toolchain that a pin means: `1.19` is any 1.19.x, `1.5.1` only itself. */
export function findGo(facts: Facts, pin: GoPin): GoTree | null {
  if (pin.source.kind === "source") {
    const { recipe } = pin.source.pin;
    const built = facts.sources?.find((sourced) => sourced.recipe === recipe);
    return built === undefined ? null : { version: built.version, root: built.prefix };
  }
  return (
    facts.gos.find(({ version }) => version === pin.version || version.startsWith(`${pin.version}.`)) ?? null
  );
}

/**
 * The facts of one environment in its image. Throws a Failure("infrastructure") where the image does not hold what the
 * catalogue asserts: a pin that is only hoped for is not a pin.
 */
export function assertFacts(
  environment: Environment,
  facts: Facts,
  image: string,
  compiler: "gcc" | "clang" = "gcc",
): ImageFacts {
  const { libc, go } = environment;
  const real = libc.source === undefined ? facts[libc.family] : sourcedAs(facts, libc.source);
  if (real !== libc.version) {
    throw infrastructure(
      `${environment.id}: the image has ${real === null ? `no ${libc.family}` : `${libc.family} ${real}`}, ` +
        `and the catalogue asserts ${libc.version}`,
      "the suite has moved on: correct the catalogue, or pin the entry to a snapshot of the archive",
    );
  }
  const tree = go === null ? null : findGo(facts, go);
  if (go !== null && tree === null) {
    const found = facts.gos.map(({ version }) => version).join(", ") || "none";
    throw infrastructure(
      `${environment.id}: the image has no Go ${go.version} (it has: ${found})`,
      "the suite has moved on: correct the catalogue, or pin the entry to a snapshot of the archive",
    );
  }
  const version = libc.source?.tree.slice(0, 12) ?? facts.packages[libc.package];
  return {
    image,
    libc: {
      family: libc.family,
      version: real,
      package: version === undefined ? libc.package : `${libc.package} ${version}`,
    },
    go: tree === null ? null : { version: tree.version },
    compiler: facts[compiler] ?? "none",
    ...carried(facts),
  };
}

/** What is taken from an image's facts as it is. */
function carried({
  packages,
  added,
  instrument,
}: Facts): Pick<ImageFacts, "packages" | "added" | "instrument"> {
  return {
    packages,
    ...(added === undefined ? {} : { added }),
    ...(instrument === undefined ? {} : { instrument }),
  };
}

function sourcedAs(facts: Facts, { recipe }: SourcePin): string | null {
  return facts.sources?.find((sourced) => sourced.recipe === recipe)?.version ?? null;
}
