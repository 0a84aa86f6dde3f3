import { type Axis, type GridCell, inWords, valuesOf } from "./axis.js";

/** Axes whose values tell every cell that crashed from every cell that did not. */
export interface Separation {
  readonly axes: readonly Axis[];
  /** Where it crashes, as a phrase: `on glibc 2.36 or older with static linking`. */
  readonly where: string;
}

/** The separations by as few axes as it takes (at most two), in the order of `axes`. */
export function separations(cells: readonly GridCell[], axes: readonly Axis[]): readonly Separation[] {
  const single = axes.filter((axis) => separates(cells, [axis]));
  if (single.length > 0) return single.map((axis) => ({ axes: [axis], where: whereBy(cells, axis) }));
  return axes
    .flatMap((first, i) => axes.slice(i + 1).map((second) => [first, second] as const))
    .filter((pair) => separates(cells, pair))
    .flatMap((pair) => {
      const where = whereByTwo(cells, pair);
      return where === null ? [] : [{ axes: pair, where }];
    });
}

/** No combination of these axes' values holds both cells that crashed and cells that did not, and both kinds exist. */
export function separates(cells: readonly GridCell[], axes: readonly Axis[]): boolean {
  const outcome = new Map<string, boolean>();
  for (const cell of cells) {
    const key = axes.map((axis) => axis.value(cell)).join("\0");
    const crashed = cell.counted > 0;
    if ((outcome.get(key) ?? crashed) !== crashed) return false;
    outcome.set(key, crashed);
  }
  return new Set(outcome.values()).size === 2;
}

/** Values of an axis with at least one cell that crashed. */
function crashing(cells: readonly GridCell[], axis: Axis): readonly string[] {
  return valuesOf(
    cells.filter(({ counted }) => counted > 0),
    axis,
  );
}

function whereBy(cells: readonly GridCell[], axis: Axis): string {
  return axis.phraseOf(crashing(cells, axis), valuesOf(cells, axis));
}

/** "on A with B" where the crashes are all of A x B that was run; else up to three combinations, one by one; else null. */
function whereByTwo(cells: readonly GridCell[], [first, second]: readonly [Axis, Axis]): string | null {
  const [ofFirst, ofSecond] = [crashing(cells, first), crashing(cells, second)];
  const inProduct = (cell: GridCell): boolean =>
    ofFirst.includes(first.value(cell)) && ofSecond.includes(second.value(cell));
  if (cells.every((cell) => inProduct(cell) === cell.counted > 0)) {
    return `${whereBy(cells, first)} ${whereBy(cells, second)}`;
  }
  const combinations = ofFirst.map((value) => {
    const there = cells.filter((cell) => first.value(cell) === value);
    return `${first.phrase(value)} ${second.phraseOf(crashing(there, second), valuesOf(there, second))}`;
  });
  return combinations.length <= 3 ? inWords(combinations, "or") : null;
}

/** The cells of the libc families in which something crashed: where a version, not a family, has to explain. */
export function crashingFamilies(cells: readonly GridCell[]): readonly GridCell[] {
  const families = new Set(cells.filter(({ counted }) => counted > 0).map(({ ranOn }) => ranOn.family));
  return cells.filter(({ ranOn }) => families.has(ranOn.family));
}
