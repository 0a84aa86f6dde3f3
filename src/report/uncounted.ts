import type { Result } from "../result/result.js";

/**
 * What a reader of a table of zeros must know: where nothing was expected, crashes are counted, and there may have been none but other
 * failures. Names the flag that counts the most frequent of these; null where the rates tell what happened.
 */
export function uncounted({ environments }: Result): string | null {
  const expected = environments.some(({ expectation }) => expectation !== null);
  const seen = environments.some(({ rate }) => rate !== null && rate.estimate > 0);
  if (expected || seen) return null;
  const failures = new Map<string, number>();
  for (const { outcome, exitCode, count } of environments.flatMap(({ signatures }) => signatures)) {
    const flag = outcome === "exit" && exitCode !== null ? `exit=${exitCode}` : outcome;
    failures.set(flag, (failures.get(flag) ?? 0) + count);
  }
  const [most] = [...failures].sort(([, a], [, b]) => b - a);
  return most === undefined
    ? null
    : `the rates are of crashes, and there was none: with --expect ${most[0]} they are of what happened here`;
}
