import { assembleEvidence } from "./assemble.js";
import { explainKernelLine } from "./explain-kernel.js";
import { parseCoreDumps, type CoreDump } from "./core-dump.js";
import type { Evidence, GoTrace, NativeCapture, SanitizerReport } from "./evidence.js";
import { parseGdbSessions } from "./gdb-session.js";
import { parseGoTraces } from "./go-trace.js";
import type { Outcome } from "./outcome.js";
import { kernelCapture, parseKernelLines, type KernelLine } from "./kernel-line.js";
import { parseLldbSessions } from "./lldb-session.js";
import { parseSanitizerReports } from "./sanitizer-report.js";
import { signatureOf, type Signature } from "./signature.js";
import { parseValgrind, type FoundValgrind } from "./valgrind.js";
import { parseWaiterLines, type WaiterLine } from "./waiter-line.js";

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

type Found = Omit<LogRecord, "lines"> & { readonly from: number; readonly to: number };

/** Every way in which a log tells of a crash in its own words. */
const READERS: readonly ((text: string | Uint8Array) => Found[])[] = [
  (text) => parseGoTraces(text).map(({ trace, from, to }) => ({ from, to, ...ofGo(trace) })),
  (text) =>
    parseGdbSessions(text).map(({ capture, from, to }) => ({ from, to, ...ofDebugger("gdb", capture) })),
  (text) =>
    parseLldbSessions(text).map(({ capture, from, to }) => ({ from, to, ...ofDebugger("lldb", capture) })),
  (text) =>
    parseSanitizerReports(text).map(({ report, from, to }) => ({
      from,
      to,
      ...ofReport("sanitizer", report),
    })),
  (text) => parseValgrind(text).map((found) => ({ from: found.from, to: found.to, ...ofValgrind(found) })),
  (text) => parseKernelLines(text).map(({ line, from, to }) => ({ from, to, ...ofKernel(line) })),
  (text) => parseCoreDumps(text).map((dump) => ({ from: dump.from, to: dump.to, ...ofCoreDump(dump) })),
];

/**
 * Every crash in a log from anywhere: traces of Go, sessions of gdb and lldb, reports of sanitizers and valgrind, the kernel's lines, or a mix of
 * them among the lines of a CI system. The record is that of a crash that vivarium saw itself, but nothing in it is checked: it is what
 * the log says. Where nothing else is told, what a shell said of the dead process is.
 */
export function parseLog(text: string | Uint8Array): { readonly records: readonly LogRecord[] } {
  const told = READERS.flatMap((read) => read(text));
  const found = told.length > 0 ? told : parseWaiterLines(text).map(ofWaiter);
  const records = found
    .sort((a, b) => a.from - b.from)
    .map(({ from, to, ...record }) => ({ ...record, lines: { first: from + 1, last: to } }));
  return { records };
}

const UNSEEN = { output: null, captures: { tried: 0, met: 0 } } as const;

function ofGo(goTrace: GoTrace): Omit<LogRecord, "lines"> {
  const outcome: Outcome = { outcome: "crash", signal: null, exitCode: 2 };
  const notes = goTrace.kind === "panic" ? [] : ["no native trace: the log has Go's own words only"];
  const evidence = assembleEvidence({ ...UNSEEN, outcome, goTrace, capture: null, notes });
  return { source: "go", outcome, signature: signatureOf(evidence, outcome), evidence };
}

function ofDebugger(
  source: "gdb" | "lldb" | "valgrind",
  capture: Omit<NativeCapture, "stderr">,
): Omit<LogRecord, "lines"> {
  const outcome: Outcome = { outcome: "crash", signal: capture.siginfo.signal, exitCode: null };
  const evidence = assembleEvidence({
    ...UNSEEN,
    outcome,
    goTrace: null,
    capture: { ...capture, stderr: "" },
    notes: [],
  });
  return { source, outcome, signature: signatureOf(evidence, outcome), evidence };
}

function ofReport(source: "sanitizer" | "valgrind", sanitizer: SanitizerReport): Omit<LogRecord, "lines"> {
  const outcome: Outcome = { outcome: "exit", signal: null, exitCode: null };
  const evidence = assembleEvidence({
    ...UNSEEN,
    outcome,
    goTrace: null,
    sanitizer,
    capture: null,
    notes: [],
  });
  return { source, outcome, signature: signatureOf(evidence, outcome), evidence };
}

function ofKernel(line: KernelLine): Omit<LogRecord, "lines"> {
  const { siginfo, threads, registers, incomplete } = kernelCapture(line);
  const outcome: Outcome = { outcome: "crash", signal: siginfo.signal, exitCode: null };
  const known = { ...UNSEEN, outcome, goTrace: null, capture: null, notes: incomplete };
  const explanation = explainKernelLine(line);
  const evidence = { ...assembleEvidence(known), siginfo, threads, registers, explanation };
  return { source: "kernel", outcome, signature: signatureOf(evidence, outcome), evidence };
}

function ofCoreDump({ siginfo, threads }: CoreDump): Omit<LogRecord, "lines"> {
  const outcome: Outcome = { outcome: "crash", signal: siginfo?.signal ?? null, exitCode: null };
  const notes = ["systemd-coredump shows no registers and no address"];
  if (siginfo === null) notes.push("the journal does not tell the signal; `coredumpctl info` does");
  const known = assembleEvidence({ ...UNSEEN, outcome, goTrace: null, capture: null, notes });
  const evidence = { ...known, siginfo, threads: [...threads] };
  return { source: "coredump", outcome, signature: signatureOf(evidence, outcome), evidence };
}

function ofValgrind(found: FoundValgrind): Omit<LogRecord, "lines"> {
  return found.kind === "error" ? ofReport("valgrind", found.report) : ofDebugger("valgrind", found.capture);
}

function ofWaiter({ signal, program, from, to }: WaiterLine): Found {
  const outcome: Outcome = { outcome: "crash", signal, exitCode: null };
  const what = program === null ? "" : ` of '${program}'`;
  const notes = [`the log tells the signal${what} alone: \`vivarium run\` shows where it comes from`];
  const evidence = assembleEvidence({ ...UNSEEN, outcome, goTrace: null, capture: null, notes });
  return { source: "waiter", outcome, signature: signatureOf(evidence, outcome), evidence, from, to };
}
