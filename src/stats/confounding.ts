import { type Axis, type GridCell, inWords, valuesOf, versionOf } from "./axis.js";
import { type Separation, crashingFamilies, separations } from "./separation.js";
import { compareVersions } from "./version.js";

/** Axes that varied together, so that the grid cannot tell which of them decides. */
export interface Confounding {
  readonly axes: readonly Axis[];
  readonly sentence: string;
}

/**
 * Axes that tell the cells that crashed from the others as well as the one that is named. Where libc does, also those that
 * would do within the families that crash: the other family explains itself, its versions do not.
 */
export function confounding(
  cells: readonly GridCell[],
  axes: readonly Axis[],
  separated: readonly Separation[],
  noun: string,
): readonly Confounding[] {
  const [first] = separated;
  if (first === undefined || first.axes.length > 1) return [];
  const named = first.axes[0]!;
  if (separated.length > 1) return [together(cells, named, separated.slice(1), { noun, scope: "" })];
  if (named.name !== "libc") return [];
  const inFamilies = crashingFamilies(cells);
  if (inFamilies.length === cells.length) return [];
  const there = separations(inFamilies, axes).filter(
    ({ axes: [axis, second] }) => axis !== named && second === undefined,
  );
  const families = inWords([...new Set(inFamilies.map(({ ranOn }) => ranOn.family))], "and");
  return there.length === 0
    ? []
    : [together(inFamilies, named, there, { noun, scope: `among the ${families} environments, ` })];
}

function together(
  cells: readonly GridCell[],
  named: Axis,
  rivals: readonly Separation[],
  { noun, scope }: { readonly noun: string; readonly scope: string },
): Confounding {
  const axes = [named, ...rivals.map(({ axes: [axis] }) => axis!)];
  const wheres = inWords(
    rivals.map(({ where }) => where),
    "and",
  );
  const names = inWords(
    axes.map(({ name }) => name),
    "and",
  );
  const advice = suggestion(cells, axes);
  return {
    axes,
    sentence: `${scope}every ${noun} is ${wheres} too: ${names} vary together here, so this grid cannot tell which decides${advice}`,
  };
}

/**
 * The one further cell that would tell libc from Go: a libc that is clean with a Go that crashes elsewhere, or the reverse;
 * such that the Go is not newer than those that this libc was run with, since an older Go fits into a newer image only.
 */
function suggestion(cells: readonly GridCell[], axes: readonly Axis[]): string {
  const [libc, go] = ["libc", "Go"].map((name) => axes.find((axis) => axis.name === name));
  if (libc === undefined || go === undefined) return "";
  const crashed = cells.filter(({ counted }) => counted > 0);
  const clean = cells.filter(({ counted }) => counted === 0);
  const candidates = [
    [clean, crashed],
    [crashed, clean],
  ] as const;
  for (const [withLibc, withGo] of candidates) {
    for (const value of valuesOf(withLibc, libc)) {
      const newest = valuesOf(
        withLibc.filter((cell) => libc.value(cell) === value),
        go,
      ).at(-1)!;
      const fits = valuesOf(withGo, go).filter(
        (other) => compareVersions(versionOf(other), versionOf(newest)) < 0,
      );
      if (fits.length > 0)
        return `; ${value.replace(" ", "-")}/${fits.at(-1)!.toLowerCase().replace(" ", "-")} would`;
    }
  }
  return "";
}
