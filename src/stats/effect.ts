import { type Axis, type GridCell, companionsApart, valuesOf } from "./axis.js";
import { holm } from "./exact/holm.js";
import type { TwoSamples } from "./exact/two-samples.js";

/** Two cells that differ in one axis alone. */
export interface MatchedPair {
  readonly axis: Axis;
  readonly a: GridCell;
  readonly b: GridCell;
  readonly pValue: number;
  /** After Holm's correction over the matched pairs of all axes. */
  readonly adjusted: number;
}

/** What one axis does where all others are held fixed. */
export interface Effect {
  readonly axis: Axis;
  readonly pairs: readonly MatchedPair[];
  /**
   * The pair that shows the largest difference, between the nearest values, and one in which no companion differs before all others; null where
   * none is shown.
   */
  readonly shown: MatchedPair | null;
}

/** The effect of each axis, by exact tests of all pairs of cells that differ in that axis alone. */
export function effects(
  cells: readonly GridCell[],
  axes: readonly Axis[],
  methods: TwoSamples,
  alpha: number,
): readonly Effect[] {
  const pairs = axes.flatMap((axis) => matchedPairs(cells, axis, axes));
  const pValues = pairs.map(({ a, b }) => methods.pValue(a, b));
  const adjusted = holm(pValues);
  const tested = pairs.map((pair, i) => ({ ...pair, pValue: pValues[i]!, adjusted: adjusted[i]! }));
  return axes.map((axis) => {
    const ofAxis = tested.filter((pair) => pair.axis === axis);
    const significant = ofAxis.filter((pair) => pair.adjusted <= alpha);
    const values = valuesOf(cells, axis);
    const distance = ({ a, b }: MatchedPair): number =>
      Math.abs(values.indexOf(axis.value(a)) - values.indexOf(axis.value(b)));
    const [shown = null] = [...significant].sort(
      (x, y) => apart(x) - apart(y) || gap(y) - gap(x) || distance(x) - distance(y),
    );
    return { axis, pairs: ofAxis, shown };
  });
}

/** 1 where more than the axis differs: what comes with an image. */
const apart = ({ a, b }: MatchedPair): number => Math.sign(companionsApart(a, b).length);
const gap = ({ a, b }: MatchedPair): number => Math.abs(b.counted / b.attempts - a.counted / a.attempts);

function matchedPairs(
  cells: readonly GridCell[],
  axis: Axis,
  axes: readonly Axis[],
): readonly { readonly axis: Axis; readonly a: GridCell; readonly b: GridCell }[] {
  const others = axes.filter((other) => other !== axis);
  const strata = new Map<string, GridCell[]>();
  for (const cell of cells) {
    const key = others.map((other) => other.value(cell)).join("\0");
    strata.set(key, [...(strata.get(key) ?? []), cell]);
  }
  return [...strata.values()].flatMap((stratum) =>
    stratum.flatMap((a, i) =>
      stratum
        .slice(i + 1)
        .filter((b) => axis.value(a) !== axis.value(b))
        .map((b) => ({ axis, a, b })),
    ),
  );
}
