import { outputPattern, type OutputPattern } from "../manifest/output-pattern.js";
import type { Cell, Counted } from "../plan/plan.js";
import type { Attempt } from "../run/attempt.js";
import type { Judge } from "../run/verdict.js";
import type { GoTrace, SanitizerReport } from "./evidence.js";
import { goRaceOf } from "./read/go/race.js";
import { goTraceOf } from "./read/go/trace.js";
import { attemptKey } from "./key.js";
import { outcomeOf, vouchesFor, type Outcome } from "./outcome.js";
import { streamText } from "./output.js";
import { sanitizerReportOf } from "./read/sanitizer/report.js";

/** What can be told of one attempt by itself, without gdb. */
export interface Reading {
  readonly outcome: Outcome;
  /** Go's trace, where the wait status vouches for it. */
  readonly goTrace: GoTrace | null;
  /** A sanitizer's report, of a program that did not end well. */
  readonly sanitizer: SanitizerReport | null;
  /** Why a trace that was printed is not believed; null where there was none, or it is. */
  readonly disbelieved: string | null;
}

/** How a program is built, as far as it tells whether Go may be in it. */
type BuiltBy = Pick<Cell["build"], "language"> & Partial<Pick<Cell["build"], "command">>;

/** Reads an attempt: its outcome, and Go's trace where Go may be in the program and the trace agrees with the kernel. */
export function readAttempt({ language, command = null }: BuiltBy, attempt: Attempt): Reading {
  // A build of its own may put a library of Go's into a program of any language.
  const mayBeGo = language === "go" || language === "prebuilt" || language === "command" || command !== null;
  const stderr = attempt.output === null || attempt.status === 0 ? "" : streamText(attempt.output.stderr);
  const printed = stderr === "" || !mayBeGo ? null : goTraceOf(stderr);
  const doubt = printed === null ? null : vouchesFor(attempt.status, printed);
  const goTrace = doubt === null ? printed : null;
  const disbelieved = doubt === null ? null : `a Go trace in its output is not believed: ${doubt}`;
  const sanitizer = reportIn(stderr, goTrace);
  return { outcome: outcomeOf(attempt, goTrace, sanitizer), goTrace, sanitizer, disbelieved };
}

/** A sanitizer's report, or Go's race detector's; a race that a Go program went on after is not what it died of. */
function reportIn(stderr: string, goTrace: GoTrace | null): SanitizerReport | null {
  if (stderr.includes("Sanitizer: ") || stderr.includes(" runtime error: ")) {
    const report = sanitizerReportOf(stderr);
    if (report !== null) return report;
  }
  return goTrace === null ? goRaceOf(stderr) : null;
}

/** The campaign's judge: a pure function of the attempt, so that a resumed campaign may keep its verdicts. */
export function judgeFor(counted: Counted): Judge {
  const patterns = new Map<string, OutputPattern>();
  const patternOf = (text: string): OutputPattern => {
    let pattern = patterns.get(text);
    if (pattern === undefined) patterns.set(text, (pattern = outputPattern(text)));
    return pattern;
  };
  const ends = [counted, ...(counted.or ?? [])];
  return (cell, attempt) => {
    const { outcome, goTrace, sanitizer } = readAttempt(cell.build, attempt);
    const key = attemptKey(attempt, goTrace, sanitizer);
    const wanted = [cell.expectation, ...(cell.alternatives ?? [])].flatMap((line) => line?.output ?? []);
    const asked = wanted.length > 0 || ends.some((end) => end.output !== null);
    const text = asked ? outputText(attempt) : "";
    const signal = outcome.signal ?? goTrace?.signal?.name ?? null;
    return {
      // Attempts that say different things are not alike, where the manifest asks for what they say.
      key: key + otherOutput(wanted.map((pattern) => patternOf(pattern).test(text))),
      outcome: outcome.kind,
      counted: ends.some(
        (end) =>
          isOutcome(end, outcome) &&
          (end.signal === null || end.signal === signal) &&
          (end.output === null || patternOf(end.output).test(text)),
      ),
    };
  };
}

/** Whether an attempt of a cell ends as those of a key do. */
export function isSameEnd(counted: Counted, cell: Cell, key: string): (attempt: Attempt) => boolean {
  const judge = judgeFor(counted);
  return (attempt) => judge(cell, attempt).key === key;
}

/** Set off are attempts without what was asked for; where several things were, by which of them they lack. */
function otherOutput(found: readonly boolean[]): string {
  if (found.every((one) => one)) return "";
  return found.length === 1 ? ", other output" : `, other output (${found.map(Number).join("")})`;
}

/** An exit status says all by itself: that of Go's runtime and race detector counts, too, where it was asked for. */
function isOutcome(end: Counted, { kind, exitCode, deadlock }: Outcome): boolean {
  if (end.deadlock === true) return deadlock === true;
  return end.exit === null ? end.outcome === kind : end.exit === exitCode;
}

function outputText({ output }: Attempt): string {
  return output === null ? "" : `${streamText(output.stdout)}\n${streamText(output.stderr)}`;
}
