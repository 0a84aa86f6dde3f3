import type { Found } from "./finding.js";

/** So many lines behind a report may stand who says by which signal the process ended. */
const MAX_APART = 12;

/**
 * Gives to reports that do not tell their signal the one that a shell or whoever waited for the process tells right behind them: a Swift
 * program's trap is SIGILL on one processor and SIGTRAP on the next, and a compiler's stack dump says nothing of it.
 */
export function withSignals(found: readonly Found[]): Found[] {
  const waited = found
    .filter(({ rank, finding }) => rank === "status" && finding.outcome.signal !== null)
    .sort((a, b) => a.finding.from - b.finding.from);
  if (waited.length === 0) return [...found];
  const reports = found
    .filter(({ rank }) => rank === "report")
    .map(({ finding }) => finding)
    .sort((a, b) => a.from - b.from);
  return found.map((each) => {
    const { finding } = each;
    if (finding.withSignal === undefined) return each;
    const next = reports.find(({ from }) => from > finding.from)?.from ?? Infinity;
    const told = waited.find(
      ({ finding: { from } }) => from > finding.from && from < next && from - finding.to <= MAX_APART,
    );
    const signal = told?.finding.outcome.signal ?? null;
    if (told === undefined || signal === null) return each;
    return { ...each, finding: { ...finding.withSignal(signal), to: Math.max(finding.to, told.finding.to) } };
  });
}
