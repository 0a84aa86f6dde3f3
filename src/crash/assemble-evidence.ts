import type { Attempt } from "../run/attempt.js";
import type { Evidence, GoTrace, NativeCapture, SanitizerReport } from "./evidence.js";
import { explain } from "./explain/explain.js";
import { explainOutOfMemory, type MemoryUse } from "./explain/kill.js";
import { explainHang } from "./explain/hang.js";
import { goTraceOf } from "./read/go/trace.js";
import { explainThrow } from "./explain/throw.js";
import { GO_RACE } from "./go-race-detector.js";
import { gaveUp } from "./frames/go-story.js";
import type { Outcome } from "./outcome.js";
import { shownOutput } from "./output.js";
import { explainService, serviceFacts, type ServiceEnd } from "./service-end.js";
import { explainSanitizer } from "./frames/sanitizer-story.js";
import { counted } from "../text/numbers.js";

/** What is known of attempts that ended alike. */
export interface Known {
  readonly outcome: Outcome;
  /** A sanitizer's report in its output; null where there is none. */
  readonly sanitizer?: SanitizerReport | null;
  /** Go's trace, where the wait status vouches for it (`vouchesFor`), else null. */
  readonly goTrace: GoTrace | null;
  /** Of the first such attempt; absent where it is not known. */
  readonly memory?: MemoryUse;
  /** Of the first such attempt; null where it was not kept. */
  readonly output: Attempt["output"];
  /** The gdb run whose evidence it is; null where none met this crash. */
  readonly capture: NativeCapture | null;
  readonly captures: { readonly tried: number; readonly met: number };
  /** What else the reader must know: why there is no native trace, that a trace was not believed. */
  readonly notes: readonly string[];
}

/**
 * Whether a run under gdb can show such an end. A Go panic is Go's own doing, and so is the end after a race: gdb would wait for a signal in vain. And a SIGKILL stops for no
 * debugger.
 */
export function mayBeSeenByGdb({
  outcome,
  goTrace,
  sanitizer = null,
}: Pick<Known, "outcome" | "goTrace" | "sanitizer">): boolean {
  if (outcome.deadlock || outcome.service !== undefined) return false;
  if (outcome.kind === "timeout") return true;
  if (sanitizer?.tool === GO_RACE) return false;
  if (outcome.signal === "SIGKILL") return false;
  return (
    outcome.kind === "crash" &&
    (goTrace === null || (goTrace.kind !== "panic" && goTrace.signal !== null && !gaveUp(goTrace)))
  );
}

/** Whether a child's crash may be behind an exit status that nothing else explains. */
export function mayHideChild({
  outcome,
  goTrace,
  sanitizer = null,
}: Pick<Known, "outcome" | "goTrace" | "sanitizer">): boolean {
  return outcome.kind === "exit" && outcome.service === undefined && goTrace === null && sanitizer === null;
}

/** Joins Go's trace, gdb's capture and the program's words into one record, with the explained fault. */
export function assembleEvidence(known: Known): Evidence {
  const { output, capture, captures, sanitizer = null } = known;
  const goTrace = capture?.hang === true ? answerToQuit(capture.stderr) : known.goTrace;
  const { threads, registers, disassembly, mappings, libraries, debugInfo } = capture ?? NOTHING_SEEN;
  return {
    go: goTrace,
    sanitizer,
    // The signal of a hang is the one that gdb stopped it with.
    siginfo: capture === null || capture.hang ? null : capture.siginfo,
    threads,
    ...(capture?.processes === undefined ? {} : { processes: capture.processes }),
    registers,
    disassembly,
    mappings,
    libraries,
    explanation: withServices(known.outcome, explanationOf(known, goTrace)),
    output: shownOutput(output),
    captures: { ...captures },
    debugInfo: debugInfo ?? null,
    incomplete: missing(known, goTrace),
  };
}

const NOTHING_SEEN = {
  threads: [],
  registers: {},
  disassembly: [],
  mappings: [],
  libraries: [],
  debugInfo: null,
};

/** What a reader of the evidence must know to be missing from it, or not to be sure. */
function missing(known: Known, goTrace: GoTrace | null): string[] {
  const { notes, capture } = known;
  return [
    ...notes,
    ...(goTrace?.incomplete ?? []).map((reason) => `Go's trace: ${reason}`),
    ...(capture === null ? whyNoNativeTrace(known, goTrace) : missingFromCapture(capture, known.outcome)),
  ];
}

function missingFromCapture({ incomplete, main }: NativeCapture, { kind }: Outcome): readonly string[] {
  // The title of an exit says whose crash it was.
  return main || kind === "exit" ? incomplete : [...incomplete, "the crash was in a child of the program"];
}

function whyNoNativeTrace(
  { outcome, notes, captures, sanitizer = null }: Known,
  goTrace: GoTrace | null,
): string[] {
  if (notes.length === 0 && mayBeSeenByGdb({ outcome, goTrace, sanitizer }))
    return [`no native trace: ${whyGdbMissedIt(outcome, captures.tried)}`];
  if (outcome.service !== undefined) return [notOfServices(outcome.service)];
  if (outcome.signal !== "SIGKILL") return [];
  const who = outcome.outOfMemory ? "" : "; who sent it is not known";
  return [`no native trace: a SIGKILL stops for no debugger${who}`];
}

function notOfServices({ name }: ServiceEnd): string {
  return `no native trace: gdb looks at the program, and not at services; to have its stack, make ${name} the program, and this program its service`;
}

function whyGdbMissedIt({ kind }: Outcome, tried: number): string {
  if (tried === 0) return "gdb was not run";
  const runs = `${counted(tried, "run")} under gdb`;
  return kind === "timeout" ? `${runs} ended in time` : `${runs}, or watched for it, did not crash so`;
}

/** A service that failed is told where the program's own end is, and in its place where that has nothing to tell. */
function withServices(
  { service, beside = [] }: Outcome,
  explanation: Evidence["explanation"],
): Evidence["explanation"] {
  if (service !== undefined) return explainService(service);
  const [first, ...others] = beside;
  if (first === undefined) return explanation;
  if (explanation !== null) return { ...explanation, facts: [...explanation.facts, ...serviceFacts(beside)] };
  const told = explainService(first);
  return { ...told, facts: [...told.facts, ...serviceFacts(others)] };
}

/** A sanitizer knows more than the registers at the abort() that it ends with. */
function explanationOf(
  { outcome, sanitizer = null, capture, memory }: Known,
  go: GoTrace | null,
): Evidence["explanation"] {
  if (outcome.outOfMemory && memory !== undefined) return explainOutOfMemory(memory);
  if (sanitizer !== null) return explainSanitizer(sanitizer);
  if (capture === null || (go !== null && gaveUp(go))) return go === null ? null : explainThrow(go);
  return capture.hang ? explainHang(capture, go) : explain(capture);
}

/** What Go says of its goroutines when it is sent SIGQUIT, as evidence.py does to a Go program that hangs. */
function answerToQuit(stderr: string): GoTrace | null {
  const trace = goTraceOf(stderr);
  return trace?.signal?.name === "SIGQUIT" ? trace : null;
}
