import { createHash } from "node:crypto";
import type { Attempt } from "../run/attempt.js";
import type { GoTrace, NativeCapture, SanitizerReport } from "./evidence.js";
import { goName, messageShape, tellingNames, thrownFrames } from "./frames/go-story.js";
import { goTraceOf } from "./read/go/trace.js";
import { lastLineOf, printedShape, saidShape } from "./said.js";
import { deadlockKey } from "./deadlock.js";
import { outcomeOf, type EndedAttempt, type Outcome } from "./outcome.js";
import { sanitizerReportOf } from "./read/sanitizer/report.js";
import { serviceKey } from "./service-end.js";
import { sanitizerStory } from "./frames/sanitizer-story.js";

/**
 * The light signature of an attempt, cheap enough for every one of a campaign: attempts with one key ended alike as far
 * as wait status and Go's own words tell. Crashes that only gdb can tell apart share a key; `groupSignatures` parts them.
 * `goTrace`, `sanitizer`: parsed of its standard error, null where there is none.
 */
export function attemptKey(
  attempt: EndedAttempt & Partial<Pick<Attempt, "output">>,
  goTrace: GoTrace | null,
  sanitizer: SanitizerReport | null = null,
): string {
  const outcome = outcomeOf(attempt, goTrace, sanitizer);
  if (outcome.service !== undefined) return serviceKey(outcome.service);
  return [programKey(attempt, outcome, goTrace, sanitizer), ...(outcome.beside ?? []).map(serviceKey)].join(
    BESIDE,
  );
}

/** Before each service that failed beside the program. */
const BESIDE = "; ";

/** Of a key what the program itself came to, which a run under gdb may come to as well. */
export function programPart(key: string): string {
  return key.split(`${BESIDE}service `)[0] ?? key;
}

function programKey(
  attempt: EndedAttempt & Partial<Pick<Attempt, "output">>,
  { kind, signal, exitCode, outOfMemory, deadlock }: Outcome,
  goTrace: GoTrace | null,
  sanitizer: SanitizerReport | null,
): string {
  if (sanitizer !== null && (kind === "exit" || kind === "crash")) return sanitizerKey(sanitizer);
  const output = attempt.output ?? null;
  if (kind === "exit") return exitKey(exitCode, lastLineOf(output));
  if (kind === "clean") return cleanKey(output);
  if (deadlock) return deadlockKey(attempt.schedule);
  if (kind !== "crash") return kind;
  if (outOfMemory) return "crash out of memory";
  return goTrace === null ? signalKey(signal) : goKey(goTrace);
}

/** The key that an attempt would have had that ended as this gdb run did. */
export function captureKey(capture: NativeCapture): string {
  if (capture.hang) return "timeout";
  const report = capture.stderr === "" ? null : sanitizerReportOf(capture.stderr);
  if (report !== null) return sanitizerKey(report);
  const trace = capture.stderr === "" ? null : goTraceOf(capture.stderr);
  return trace === null ? signalKey(capture.siginfo.signal) : goKey(trace);
}

function sanitizerKey(report: SanitizerReport): string {
  return sanitizerStory(report).parts.join(" ");
}

function signalKey(signal: string | null): string {
  return `crash ${signal}`;
}

/** Two errors with one status are two ends. */
function exitKey(status: number | null, said: string | null): string {
  return said === null ? `exit ${status}` : `exit ${status}: ${saidShape(said)}`;
}

/** Clean attempts that print the same (but for numbers and addresses) are alike. */
function cleanKey(output: Attempt["output"]): string {
  if (output === null) return "clean";
  const printed = printedShape(output);
  if (printed === "") return "clean";
  const digest = createHash("sha256").update(printed).digest("hex").slice(0, 12);
  return `clean: ${digest}`;
}

function goKey(trace: GoTrace): string {
  const thrown = thrownFrames(trace);
  if (thrown !== null) return `crash go throw ${goName(thrown[0]?.function ?? "")}`;
  const what = trace.signal === null ? messageShape(trace.message) : trace.signal.name;
  return `crash go ${trace.kind === "panic" ? "panic " : ""}${what}: ${tellingNames(trace, 4).join(" < ")}`;
}
