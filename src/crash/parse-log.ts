import { assembleEvidence, type Known } from "./assemble-evidence.js";
import { explainKernelLine } from "./explain/kernel.js";
import { parseCoreDumps, type CoreDump } from "./read/core-dump.js";
import type { Evidence, GoTrace, SanitizerReport } from "./evidence.js";
import { parseGdbSessions } from "./read/gdb/session.js";
import { parseGoTraces } from "./read/go/trace.js";
import type { Outcome } from "./outcome.js";
import { kernelCapture, parseKernelLines, type KernelLine } from "./read/kernel-line.js";
import { parseLldbSessions } from "./read/lldb/session.js";
import { parseSanitizerReports } from "./read/sanitizer/report.js";
import { signatureOf, type Signature } from "./signature.js";
import { PlainLog, type Log } from "./read/log-line.js";
import type { ToldCapture } from "./read/partial-capture.js";
import { parseValgrind } from "./read/valgrind.js";
import { parseWaiterLines, type WaiterLine } from "./read/shell-status.js";

/** One crash that a log shows. */
export interface LogRecord {
  /** What told of it. */
  readonly source: "go" | "gdb" | "lldb" | "sanitizer" | "valgrind" | "kernel" | "coredump" | "waiter";
  /** Its lines in the log, from 1, both included. */
  readonly lines: { readonly first: number; readonly last: number };
  readonly outcome: Outcome;
  readonly signature: Signature;
  readonly evidence: Evidence;
}

type Told = Omit<LogRecord, "lines">;
type Place = { readonly from: number; readonly to: number };
type Reader = (log: Log) => (Told & Place)[];

/** Reads what one parser finds in a log as records. */
function reader<F extends Place>(parse: (log: Log) => readonly F[], record: (found: F) => Told): Reader {
  return (log) => parse(log).map((found) => ({ ...record(found), from: found.from, to: found.to }));
}

/** Every way in which a log tells of a crash in its own words. */
const READERS: readonly Reader[] = [
  reader(parseGoTraces, ({ trace }) => ofGo(trace)),
  reader(parseGdbSessions, ({ capture }) => ofDebugger("gdb", capture)),
  reader(parseLldbSessions, ({ capture }) => ofDebugger("lldb", capture)),
  reader(parseSanitizerReports, ({ report }) => ofReport("sanitizer", report)),
  reader(parseValgrind, (found) =>
    found.kind === "error" ? ofReport("valgrind", found.report) : ofDebugger("valgrind", found.capture),
  ),
  reader(parseKernelLines, ({ line }) => ofKernel(line)),
  reader(parseCoreDumps, ofCoreDump),
];
/** What is told of the dead process by others, where nothing else is. */
const WAITERS = reader(parseWaiterLines, ofWaiter);

/**
 * Every crash in a log from anywhere: traces of Go, sessions of gdb and lldb, reports of sanitizers and valgrind, the kernel's lines, or a mix of
 * them among the lines of a CI system. The record is that of a crash that vivarium saw itself, but nothing in it is checked: it is what
 * the log says. Where nothing else is told, what a shell said of the dead process is.
 */
export function parseLog(text: string | Uint8Array): { readonly records: readonly LogRecord[] } {
  const log = new PlainLog(text);
  const told = READERS.flatMap((read) => read(log));
  const records = (told.length > 0 ? told : WAITERS(log))
    .sort((a, b) => a.from - b.from)
    .map(({ from, to, ...record }) => ({ ...record, lines: { first: from + 1, last: to } }));
  return { records };
}

type Source = LogRecord["source"];

function recordOf(source: Source, outcome: Outcome, evidence: Evidence): Told {
  return { source, outcome, signature: signatureOf(evidence, outcome), evidence };
}

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
  const outcome: Outcome = { outcome: "exit", signal: null, exitCode: null };
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
}
