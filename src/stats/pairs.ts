import { badRequest } from "../failure.js";
import type { Plan } from "../plan/plan.js";

/** The pairs that a campaign compares: each cell with the baseline (first of the pair), or every two. */
export function pairsOf(
  ids: readonly string[],
  comparison: Plan["comparison"],
): readonly (readonly [string, string])[] {
  if (comparison.kind === "all-pairs") {
    return ids.flatMap((a, i) => ids.slice(i + 1).map((b) => [a, b] as const));
  }
  const { baseline } = comparison;
  if (ids.length > 0 && !ids.includes(baseline)) {
    throw badRequest(
      `the baseline ${baseline} is not among what was run`,
      `Choose one of: ${ids.join(", ")}.`,
    );
  }
  return ids.filter((id) => id !== baseline).map((id) => [baseline, id] as const);
}
