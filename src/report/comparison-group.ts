import { pValue } from "./numbers.js";
import type { ComparisonRecord, Result } from "./result.js";

/** Comparisons of one baseline with several environments that came out the same, number for number. */
export interface ComparisonGroup {
  readonly first: ComparisonRecord;
  readonly environments: readonly string[];
}

/** Comparisons in their order, those that read the same put together; those that differ come first. */
export function comparisonGroups(result: Result): ComparisonGroup[] {
  const groups = new Map<string, { first: ComparisonRecord; environments: string[] }>();
  for (const comparison of result.comparisons) {
    const { a, of, difference, low, high, adjustedPValue, test, differs, verdict } = comparison;
    const key = JSON.stringify([
      a,
      of,
      difference,
      low,
      high,
      pValue(adjustedPValue),
      test,
      differs,
      verdict,
    ]);
    const group = groups.get(key);
    if (group) group.environments.push(comparison.b);
    else groups.set(key, { first: comparison, environments: [comparison.b] });
  }
  return [...groups.values()].sort((a, b) => Number(b.first.differs) - Number(a.first.differs));
}
