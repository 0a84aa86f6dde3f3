import type { Posterior } from "./posterior.js";

/** Changes that no point tells apart, and how likely it is that one of them is it. */
export interface AlikeChanges {
  readonly changes: readonly number[];
  readonly probability: number;
}

/**
 * The likeliest change, with those that it cannot be told from because every point between them cannot be built. Two changes are told apart by the
 * point of either, where that can be built, or by any other that has one of them.
 */
export function alikeChanges(
  { probabilities, history, top }: Posterior,
  unbuildable: ReadonlySet<number>,
): AlikeChanges {
  if (unbuildable.size === 0) return { changes: [top], probability: probabilities[top] ?? 0 };
  const { holds, points, changes } = history;
  const usable = points.map((_, i) => i).filter((i) => !unbuildable.has(i));
  const alike = [top];
  let probability = probabilities[top] ?? 0;
  for (let change = 0; change < changes.length; change++) {
    if (change === top || probabilities[change]! < 1e-9) continue;
    // Where both can be built, the point of one of them tells.
    if (!unbuildable.has(change) && !unbuildable.has(top)) continue;
    if (usable.some((point) => holds.has(point, change) !== holds.has(point, top))) continue;
    alike.push(change);
    probability += probabilities[change]!;
  }
  return { changes: alike.sort((a, b) => a - b), probability };
}
