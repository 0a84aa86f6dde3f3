import type { Finding, Found } from "./finding.js";

/** So far before a report may what was said before the abort stand. */
const MAX_APART = 100;

/**
 * Gives to each report of an abort what libc or the C++ runtime said before it, so that the two are one crash: the report then begins
 * where the words do. Words that no report follows are a crash of their own.
 */
export function joinWords(found: readonly Found[]): Found[] {
  const words = found.filter(({ rank }) => rank === "words").sort((a, b) => a.finding.from - b.finding.from);
  if (words.length === 0) return [...found];
  const used = new Set<Found>();
  const joined = found
    .filter(({ rank }) => rank !== "words")
    .map((each) => {
      const said = each.rank === "report" ? wordsFor(each.finding, words, used) : null;
      if (said === null) return each;
      used.add(said);
      return { ...each, finding: withWords(each.finding, said.finding) };
    });
  // One abort is told once: glibc's words and the C++ runtime's may follow one another.
  const alone = words.filter((word) => !used.has(word));
  return [...joined, ...alone.filter((word, i) => !follows(word.finding, alone[i - 1]?.finding))];
}

function follows(finding: Finding, before: Finding | undefined): boolean {
  return (
    before !== undefined &&
    finding.from - before.to <= 1 &&
    finding.known.capture?.threads[0]?.frames.length === 0
  );
}

/** The words within a report or shortly before it. */
function wordsFor(report: Finding, words: readonly Found[], used: ReadonlySet<Found>): Found | null {
  if (
    report.outcome.signal !== null &&
    report.outcome.signal !== "SIGABRT" &&
    report.outcome.signal !== "SIGTRAP"
  ) {
    const inside = words.find((word) => word.finding.from >= report.from && word.finding.to <= report.to);
    if (inside === undefined) return null;
  }
  const near = words.filter(
    (word) => !used.has(word) && word.finding.from < report.to && word.finding.to >= report.from - MAX_APART,
  );
  return near.at(-1) ?? null;
}

function withWords(told: Finding, words: Finding): Finding {
  const from = Math.min(told.from, words.from);
  const to = Math.max(told.to, words.to);
  // A stack does not tell of which signal it is.
  const { signal } = words.outcome;
  const report = told.outcome.signal === null && signal !== null ? (told.withSignal?.(signal) ?? told) : told;
  const said = words.known.capture;
  const { capture } = report.known;
  if (said === null || said === undefined) return { ...report, from, to };
  if (capture === null || capture === undefined) return { ...report, from, to };
  const known = {
    ...report.known,
    capture: { ...capture, abortMessage: capture.abortMessage ?? said.abortMessage, stderr: said.stderr },
  };
  return { ...report, from, to, known };
}
