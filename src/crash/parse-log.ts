<<<<<<< HEAD
import type { Evidence } from "./evidence.js";
=======
import { assembleEvidence, type Known } from "./assemble-evidence.js";
import { explainKernelLine } from "./explain/kernel.js";
import { parseCoreDumps, type CoreDump } from "./read/core-dump.js";
import type { Evidence, GoTrace, SanitizerReport } from "./evidence.js";
import { parseGdbSessions } from "./read/gdb/session.js";
import { parseGoRaces } from "./read/go/race.js";
import { parseGoTraces } from "./read/go/trace.js";
>>>>>>> 27d638c (Say of exits, clean outputs, Go's own ends, races and weak evidence what is known, and no more)
import type { Outcome } from "./outcome.js";
import { findCrashes, type Placed } from "./read/find-crashes.js";
import { evidenceOf } from "./read/finding.js";
import { plainText, unwrap, unwrapLearned } from "./read/unwrap/unwrap.js";
import { signatureOf, type Signature } from "./signature.js";

/** One crash that a log shows. */
export interface LogRecord {
  /** What told of it: the name of a reader (`go`, `gdb`, `sanitizer` …). */
  readonly source: string;
  /** Its lines in the log as it was given, from 1, both included. */
  readonly lines: { readonly first: number; readonly last: number };
  readonly outcome: Outcome;
  readonly signature: Signature;
  readonly evidence: Evidence;
}

/**
 * Every crash in a log from anywhere, of the kinds in readers.ts, alone or among the lines of a CI system. The record is that of a crash that
 * vivarium saw itself, but nothing in it is checked: it is what the log says. What is wrapped around the lines is taken off first: forms that are known;
 * and, where more can be read then, whatever the lines have in common.
 */
export function parseLog(input: string | Uint8Array): { readonly records: readonly LogRecord[] } {
  const text = plainText(input);
  const known = findCrashes(unwrap(text)).map(recordOf);
  const streams = unwrapLearned(text);
  if (streams === null) return { records: known };
  const learned = findCrashes(streams).map(recordOf);
  const most = Math.max(0, ...learned.map(weight));
  return { records: most > known.reduce((sum, record) => sum + weight(record), 0) ? learned : known };
}

<<<<<<< HEAD
function recordOf({ source, finding, first, last }: Placed): LogRecord {
  const evidence = evidenceOf(finding);
  const { outcome } = finding;
  return {
    source,
    lines: { first: first + 1, last: last + 1 },
    outcome,
    signature: signatureOf(evidence, outcome),
    evidence,
  };
}
=======
/** Every way in which a log tells of a crash in its own words. */
const READERS: readonly Reader[] = [
  reader(parseGoTraces, ({ trace }) => ofGo(trace)),
  reader(parseGdbSessions, ({ capture }) => ofDebugger("gdb", capture)),
  reader(parseLldbSessions, ({ capture }) => ofDebugger("lldb", capture)),
  reader(parseSanitizerReports, ({ report }) => ofReport("sanitizer", report)),
  reader(parseGoRaces, ({ report }) => ofReport("go", report)),
  reader(parseValgrind, (found) =>
    found.kind === "error" ? ofReport("valgrind", found.report) : ofDebugger("valgrind", found.capture),
  ),
  reader(parseKernelLines, ({ line }) => ofKernel(line)),
  reader(parseCoreDumps, ofCoreDump),
];
/** What is told of the dead process by others, where nothing else is. */
const WAITERS = reader(parseWaiterLines, ofWaiter);
>>>>>>> 27d638c (Say of exits, clean outputs, Go's own ends, races and weak evidence what is known, and no more)

/**
 * How much a record says. What is taken off wrongly loses lines, tears one crash into several, or makes one of those of two services: so the
 * best record of the one reading stands against all of the other.
 */
function weight({ source, evidence }: LogRecord): number {
  return (source === "waiter" ? 0.5 : 1) + detailsOf(evidence);
}

function detailsOf(evidence: Evidence): number {
  const { registers, disassembly, mappings, libraries, siginfo } = evidence;
  const lists = disassembly.length + mappings.length + libraries.length + Object.keys(registers).length;
  return framesOf(evidence) + lists + (siginfo === null ? 0 : 1);
}

<<<<<<< HEAD
function framesOf({ go, sanitizer, threads }: Evidence): number {
  const goFrames =
    go?.goroutines.reduce((sum, { frames }) => sum + frames.length, go.runtimeStack.length) ?? 0;
  const reported =
    sanitizer === null
      ? 0
      : [sanitizer, ...sanitizer.others].reduce((sum, { frames }) => sum + frames.length, 0);
  return goFrames + reported + threads.reduce((sum, { frames }) => sum + frames.length, 0);
=======
/** Evidence of what nobody looked at with gdb. */
function unseen(outcome: Outcome, more: Partial<Known>): Evidence {
  const nothing = { output: null, captures: { tried: 0, met: 0 }, goTrace: null, capture: null, notes: [] };
  return assembleEvidence({ ...nothing, outcome, ...more });
}

function ofGo(goTrace: GoTrace): Told {
  const outcome: Outcome = { outcome: "crash", signal: null, exitCode: 2 };
  const notes = goTrace.kind === "panic" ? [] : ["no native trace: the log has Go's own words only"];
  return recordOf("go", outcome, unseen(outcome, { goTrace, notes }));
}

function ofDebugger(source: Source, capture: ToldCapture): Told {
  const outcome = crash(capture.siginfo.signal);
  return recordOf(source, outcome, unseen(outcome, { capture: { ...capture, stderr: "" } }));
}

function ofReport(source: Source, sanitizer: SanitizerReport): Told {
  const outcome: Outcome =
    source === "go"
      ? { outcome: "crash", signal: null, exitCode: 66 }
      : { outcome: "exit", signal: null, exitCode: null };
  return recordOf(source, outcome, unseen(outcome, { sanitizer }));
}

function ofKernel(line: KernelLine): Told {
  const { siginfo, threads, registers, incomplete } = kernelCapture(line);
  const outcome = crash(siginfo.signal);
  const explanation = explainKernelLine(line);
  const known = unseen(outcome, { notes: incomplete });
  return recordOf("kernel", outcome, { ...known, siginfo, threads, registers, explanation });
}

function ofCoreDump({ siginfo, threads }: CoreDump): Told {
  const outcome = crash(siginfo?.signal ?? null);
  const notes = ["systemd-coredump shows no registers and no address"];
  if (siginfo === null) notes.push("the journal does not tell the signal; `coredumpctl info` does");
  return recordOf("coredump", outcome, { ...unseen(outcome, { notes }), siginfo, threads: [...threads] });
}

function ofWaiter({ signal, program }: WaiterLine): Told {
  const outcome = crash(signal);
  const what = program === null ? "" : ` of '${program}'`;
  const notes = [`the log tells the signal${what} alone: \`vivarium run\` shows where it comes from`];
  return recordOf("waiter", outcome, unseen(outcome, { notes }));
}

function crash(signal: string | null): Outcome {
  return { outcome: "crash", signal, exitCode: null };
>>>>>>> 27d638c (Say of exits, clean outputs, Go's own ends, races and weak evidence what is known, and no more)
}
