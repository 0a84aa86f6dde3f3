import { outputPattern, type OutputPattern } from "../manifest/output-pattern.js";
import type { Cell, Counted } from "../plan/plan.js";
import type { Attempt } from "../run/attempt.js";
import type { Judge } from "../run/verdict.js";
import type { GoTrace, SanitizerReport } from "./evidence.js";
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

/** Reads an attempt: its outcome, and Go's trace where it is one of a Go program and agrees with the kernel. */
export function readAttempt(language: Cell["build"]["language"], attempt: Attempt): Reading {
  const mayBeGo = language === "go" || language === "prebuilt" || language === "command";
  const stderr = attempt.output === null || attempt.status === 0 ? "" : streamText(attempt.output.stderr);
  const printed = stderr === "" || !mayBeGo ? null : goTraceOf(stderr);
  const doubt = printed === null ? null : vouchesFor(attempt.status, printed);
  const goTrace = doubt === null ? printed : null;
  const disbelieved = doubt === null ? null : `a Go trace in its output is not believed: ${doubt}`;
  const sanitizer =
    stderr.includes("Sanitizer: ") || stderr.includes(" runtime error: ") ? sanitizerReportOf(stderr) : null;
  return { outcome: outcomeOf(attempt, goTrace), goTrace, sanitizer, disbelieved };
}

/** The campaign's judge: a pure function of the attempt, so that a resumed campaign may keep its verdicts. */
export function judgeFor(counted: Counted): Judge {
  const patterns = new Map<string, OutputPattern>();
  const patternOf = (text: string): OutputPattern => {
    let pattern = patterns.get(text);
    if (pattern === undefined) patterns.set(text, (pattern = outputPattern(text)));
    return pattern;
  };
  const pattern = counted.output === null ? null : patternOf(counted.output);
  return (cell, attempt) => {
    const { outcome, goTrace, sanitizer } = readAttempt(cell.build.language, attempt);
    const key = attemptKey(attempt, goTrace, sanitizer);
    const wanted = cell.expectation?.output;
    const text = pattern === null && wanted === undefined ? "" : outputText(attempt);
    const signal = outcome.signal ?? goTrace?.signal?.name ?? null;
    return {
      // Attempts that say different things are not alike, where the manifest asks for what they say.
      key: wanted === undefined || patternOf(wanted).test(text) ? key : `${key}, other output`,
      outcome: outcome.outcome,
      counted:
        outcome.outcome === counted.outcome &&
        (counted.signal === null || counted.signal === signal) &&
        (counted.exit === null || counted.exit === outcome.exitCode) &&
        (pattern === null || pattern.test(text)),
    };
  };
}

/** Whether an attempt of a cell ends as those of a key do. */
export function isSameEnd(counted: Counted, cell: Cell, key: string): (attempt: Attempt) => boolean {
  const judge = judgeFor(counted);
  return (attempt) => judge(cell, attempt).key === key;
}

function outputText({ output }: Attempt): string {
  return output === null ? "" : `${streamText(output.stdout)}\n${streamText(output.stderr)}`;
}
