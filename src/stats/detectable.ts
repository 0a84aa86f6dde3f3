import { regionProbability, rejectionRegion } from "./exact/boschloo.js";
import type { Sizes } from "./exact/fisher.js";

/** What a test of two samples could have seen. */
export interface Sensitivity {
  /** Two-sided significance level. */
  readonly alpha: number;
  /** Probability with which a difference is to be seen. */
  readonly power: number;
}

/**
 * The smallest difference from the rate `base` of sample a, up or down as far as there is room, that the exact test would
 * have shown with the given power; null where it could have shown none. Exact: the probability of the test's own
 * rejection region (`regionOf`, which a caller may have remembered).
 */
export function detectableDifference(
  sizes: Sizes,
  base: number,
  { alpha, power }: Sensitivity,
  regionOf: typeof rejectionRegion = rejectionRegion,
): number | null {
  const swapped = { a: sizes.b, b: sizes.a };
  const up = regionOf(sizes, alpha / 2);
  const down = sizes.a === sizes.b ? up : regionOf(swapped, alpha / 2);
  const directions = [
    { room: 1 - base, seen: (d: number) => regionProbability(sizes, up, base, base + d, CUT) },
    { room: base, seen: (d: number) => regionProbability(swapped, down, base - d, base, CUT) },
  ];
  const found = directions.map(({ room, seen }) => ({ room, least: leastSeen(room, seen, power) }));
  if (found.every(({ least }) => least === null)) return null;
  // Where one direction cannot be seen at all, only differences that do not fit into it are sure to be seen.
  return Math.max(...found.map(({ room, least }) => least ?? room));
}

const CUT = 1e-14;

function leastSeen(room: number, seen: (d: number) => number, power: number): number | null {
  if (seen(room) < power) return null;
  let [low, high] = [0, room];
  while (high - low > 1e-5) {
    const middle = (low + high) / 2;
    if (seen(middle) >= power) high = middle;
    else low = middle;
  }
  return high;
}
