import type { Finding, Found } from "./finding.js";

/** So many lines behind a report may stand who says by which signal the process ended. */
const MAX_APART = 12;
/** systemd-coredump is slow: who waited for the process speaks before it. */
const MAX_BEFORE = 4;

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
    const told =
      waited.find(
        ({ finding: { from } }) => from > finding.from && from < next && from - finding.to <= MAX_APART,
      ) ?? (each.source === "coredump" ? before(finding, waited) : undefined);
    const signal = told?.finding.outcome.signal ?? null;
    if (told === undefined || signal === null) return each;
    const from = Math.min(finding.from, told.finding.from);
    const to = Math.max(finding.to, told.finding.to);
    return { ...each, finding: { ...finding.withSignal(signal), from, to } };
  });
}

function before({ from }: Finding, waited: readonly Found[]): Found | undefined {
  return waited.findLast(({ finding: { to } }) => to <= from && from - to <= MAX_BEFORE);
}
