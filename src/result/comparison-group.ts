import { pValue } from "../text/numbers.js";
import type { ComparisonRecord, Result } from "./result.js";

/** Comparisons of one baseline with several environments that came out the same, number for number. */
export interface ComparisonGroup {
  readonly first: ComparisonRecord;
  readonly environments: readonly string[];
  /** What came out, in words that hold for each of them. */
  readonly verdict: string;
}

/** Comparisons in their order, those that read the same put together; those that differ come first. */
export function comparisonGroups(result: Result): ComparisonGroup[] {
  const groups = new Map<string, { first: ComparisonRecord; environments: string[] }>();
  for (const comparison of result.comparisons) {
    const { a, of, difference, low, high, adjustedPValue, test, differs } = comparison;
    const numbers = [a, of, difference, low, high, pValue(adjustedPValue), test, differs];
    const key = JSON.stringify([...numbers, verdictOfEach(comparison)]);
    const group = groups.get(key);
    if (group) group.environments.push(comparison.b);
    else groups.set(key, { first: comparison, environments: [comparison.b] });
  }
  return [...groups.values()]
    .map((group) => ({
      ...group,
      verdict: group.environments.length === 1 ? group.first.verdict : verdictOfEach(group.first),
    }))
    .sort((a, b) => Number(b.first.differs) - Number(a.first.differs));
}

/** `differs: 20 of 20 on glibc-2.31, 0 of 20 on each`: the verdict without the name of what was compared. */
function verdictOfEach({ b, verdict }: ComparisonRecord): string {
  const name = ` on ${b}`;
  const at = verdict.lastIndexOf(name);
  return at < 0 ? verdict : `${verdict.slice(0, at)} on each${verdict.slice(at + name.length)}`;
}
