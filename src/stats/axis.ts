import type { Tally } from "./tally.js";
import { compareVersions } from "./version.js";

interface Libc {
  readonly family: "glibc" | "musl";
  readonly version: string;
}

/** What comes with an image beside its libc, and so varies with it: the compiler, a library that the program is linked to. */
export interface Companion {
  /** As one of the subjects of a sentence: `the compiler`. */
  readonly name: string;
  /** `gcc 12.2.0` */
  readonly value: string;
}

/** A cell of a grid, with everything that may vary over it. */
export interface GridCell extends Tally {
  readonly id: string;
  /** The libc that it ran on, and the one that it was built on (they differ with --run-on alone). */
  readonly ranOn: Libc;
  readonly builtOn: Libc;
  readonly go: string | null;
  readonly link: "static" | "dynamic";
  readonly variant: string;
  readonly condition: string | null;
  /** Each name once, in the order in which a sentence has them. */
  readonly companions?: readonly Companion[];
}

/** Of two cells: the companions in which the first differs from the second, as the first has them. */
export function companionsApart(of: GridCell, from: GridCell): readonly Companion[] {
  const there = new Map((from.companions ?? []).map(({ name, value }) => [name, value]));
  return (of.companions ?? []).filter(({ name, value }) => there.get(name) !== value);
}

/** Something that varies over a grid. */
export interface Axis {
  /** As the subject of a sentence: `libc`, `Go`. */
  readonly name: string;
  readonly value: (cell: GridCell) => string;
  /** A cell's value, as a phrase after "it crashes": `on glibc 2.36`. */
  readonly phrase: (value: string) => string;
  /** Some of all values, in as few words as say it exactly: `on glibc 2.36 or older`. */
  readonly phraseOf: (some: readonly string[], all: readonly string[]) => string;
}

const libcName = ({ family, version }: Libc): string => `${family} ${version}`;

const libc: Axis = {
  name: "libc",
  value: ({ ranOn }) => libcName(ranOn),
  phrase: (value) => `on ${value}`,
  phraseOf: (some, all) => `on ${versionsInWords(some, all)}`,
};

const builtOn: Axis = {
  name: "the libc that it was built on",
  value: (cell) => libcName(cell.builtOn),
  phrase: (value) => `built on ${value}`,
  phraseOf: (some, all) => `built on ${versionsInWords(some, all)}`,
};

const go: Axis = {
  name: "Go",
  value: (cell) => (cell.go === null ? "no Go" : `Go ${cell.go}`),
  phrase: (value) => `with ${value}`,
  phraseOf: (some, all) => `with ${versionsInWords(some, all)}`,
};

const linking: Axis = {
  name: "linking",
  value: ({ link }) => link,
  phrase: (value) => `with ${value} linking`,
  phraseOf: (some) => `with ${inWords(some, "or")} linking`,
};

const variant: Axis = {
  name: "the variant",
  value: (cell) => cell.variant,
  phrase: (value) => `in variant ${value}`,
  phraseOf: (some) => `in ${some.length === 1 ? "variant" : "variants"} ${inWords(some, "and")}`,
};

const NO_CONDITION = "plain";

const condition: Axis = {
  name: "the condition",
  value: (cell) => cell.condition ?? NO_CONDITION,
  phrase: (value) => (value === NO_CONDITION ? "plain" : `under condition ${value}`),
  phraseOf: (some) => `under ${some.length === 1 ? "condition" : "conditions"} ${inWords(some, "and")}`,
};

/** The axes that vary over these cells, those first that explain most often. A doubled axis is left out. */
export function varyingAxes(cells: readonly GridCell[]): readonly Axis[] {
  const crossed = cells.some((cell) => libcName(cell.builtOn) !== libcName(cell.ranOn));
  // A variant mostly brings its linking along; then the variant's name says more.
  const linkingOfVariant = new Map(cells.map((cell) => [cell.variant, cell.link]));
  const linkingIsVariants = cells.every((cell) => linkingOfVariant.get(cell.variant) === cell.link);
  const variants = new Set(cells.map((cell) => cell.variant)).size;
  const axes = [
    libc,
    ...(crossed ? [builtOn] : []),
    go,
    ...(linkingIsVariants && variants > 1 ? [] : [linking]),
    variant,
    condition,
  ];
  return axes.filter((axis) => valuesOf(cells, axis).length > 1);
}

/** The values of an axis over cells: versions in their order, families apart; others as first seen. */
export function valuesOf(cells: readonly GridCell[], axis: Axis): readonly string[] {
  const values = [...new Set(cells.map(axis.value))];
  return axis === libc || axis === builtOn || axis === go ? values.sort(byFamilyAndVersion) : values;
}

/** `glibc` and `2.36` of `glibc 2.36`. */
const familyOf = (value: string): string => value.slice(0, value.lastIndexOf(" "));
export const versionOf = (value: string): string => value.slice(value.lastIndexOf(" ") + 1);

function byFamilyAndVersion(a: string, b: string): number {
  const families = familyOf(a).localeCompare(familyOf(b), "en");
  return families !== 0 ? families : compareVersions(versionOf(a), versionOf(b));
}

/** Versions of one or more families: "glibc 2.36 or older", "glibc 2.31 to 2.36", "glibc (every version) and musl 1.2.3". */
function versionsInWords(some: readonly string[], all: readonly string[]): string {
  const families = [...new Set(some.map(familyOf))];
  return inWords(
    families.map((family) => {
      const members = all.filter((value) => familyOf(value) === family).sort(byFamilyAndVersion);
      return runInWords(
        family,
        members.map(versionOf),
        new Set(some.filter((v) => familyOf(v) === family).map(versionOf)),
      );
    }),
    "and",
  );
}

/** Some of a family's sorted versions in words. One end alone is no trend: it is named, not made "or older". */
function runInWords(family: string, versions: readonly string[], some: ReadonlySet<string>): string {
  const chosen = versions.filter((version) => some.has(version));
  const [first, last] = [versions.indexOf(chosen[0]!), versions.indexOf(chosen.at(-1)!)];
  const contiguous = last - first + 1 === chosen.length;
  if (chosen.length === 1) return `${family} ${chosen[0]}`;
  if (chosen.length === versions.length) return `every ${family}`;
  if (!contiguous) return `${family} ${inWords(chosen, "and")}`;
  if (first === 0) return `${family} ${chosen.at(-1)} or older`;
  if (last === versions.length - 1) return `${family} ${chosen[0]} or newer`;
  return `${family} ${chosen[0]} to ${chosen.at(-1)}`;
}

/** "a", "a and b", "a, b and c". */
export function inWords(parts: readonly string[], conjunction: "and" | "or"): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} ${conjunction} ${parts.at(-1)}`;
}
