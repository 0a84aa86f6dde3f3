import { type Axis, companionsApart, type GridCell, inWords } from "./axis.js";
import type { Effect, MatchedPair } from "./effect.js";
import { count } from "../text/count.js";
import { pointsAbove } from "../text/numbers.js";
import type { TwoSamples } from "./exact/two-samples.js";

export interface EffectOptions {
  readonly methods: TwoSamples;
  readonly confidence: number;
  /** This axis alone tells the cells that crashed from the others. */
  readonly decides: boolean;
  /** Tests that were corrected together. */
  readonly tests: number;
}

/** What one axis does with all others held fixed, in a sentence. */
export function effectSentence(effect: Effect, axes: readonly Axis[], options: EffectOptions): string {
  const { axis, pairs, shown } = effect;
  if (pairs.length === 0) {
    return `nothing can be said of ${axis.name} alone: no two environments differ in it and in nothing else`;
  }
  if (shown !== null) {
    const subjects = [axis.name, ...companionsApart(shown.a, shown.b).map(({ name }) => name)];
    return `${inWords(subjects, "or")} ${options.decides ? "decides" : "makes a difference"}: ${pairInWords(shown, axes)}`;
  }
  return noneShown(axis, pairs, options);
}

function pairInWords({ axis, a, b }: MatchedPair, axes: readonly Axis[]): string {
  const [more, less] = a.counted / a.attempts >= b.counted / b.attempts ? [a, b] : [b, a];
  const alike = axes.filter((other) => other !== axis).map((other) => other.phrase(other.value(a)));
  const where = alike.length === 0 ? "" : `${alike.join(", ")}, `;
  return `${where}${cellInWords(more, less, axis)} against ${cellInWords(less, more, axis)}`;
}

function cellInWords(cell: GridCell, other: GridCell, axis: Axis): string {
  const apart = companionsApart(cell, other).map(({ value }) => value);
  const beside = apart.length === 0 ? "" : ` with ${inWords(apart, "and")}`;
  return `${count(cell.counted)} of ${count(cell.attempts)} ${axis.phrase(axis.value(cell))}${beside}`;
}

function noneShown(
  axis: Axis,
  pairs: readonly MatchedPair[],
  { methods, confidence, tests }: EffectOptions,
): string {
  const telling = pairs.filter(({ a, b }) => a.counted + b.counted > 0);
  if (telling.length === 0) {
    return `no difference by ${axis.name} is shown, but it varied with all else alike only where nothing crashed`;
  }
  const excluded = telling.map(({ a, b }) => methods.excluded(a, b, (1 - confidence) / tests));
  if (excluded.includes(null)) {
    return `no difference by ${axis.name} is shown, but some pairs have too few attempts to show one of any size`;
  }
  const widest = Math.max(...excluded.map((difference) => difference ?? 1));
  const highest = Math.max(
    ...telling.flatMap(({ a, b }) => [a, b]).map((cell) => cell.counted / cell.attempts),
  );
  // To exclude a difference larger than the rate itself would be to exclude nothing.
  return widest <= highest / 2
    ? `${axis.name} makes no difference: with all else alike, ${methods.excludedInWords(widest, confidence)}`
    : `no difference by ${axis.name} is shown, but one of up to ${pointsAbove(widest)} could have been missed`;
}
