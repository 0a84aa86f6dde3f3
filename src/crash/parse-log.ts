import { assembleEvidence } from "./assemble.js";
import { explainKernelLine } from "./explain-kernel.js";
import { parseCoreDumps, type CoreDump } from "./core-dump.js";
import type { Evidence, GoTrace, NativeCapture, SanitizerReport } from "./evidence.js";
import { parseGdbSessions } from "./gdb-session.js";
import { parseGoTraces } from "./go-trace.js";
import type { Outcome } from "./outcome.js";
import { kernelCapture, parseKernelLines, type KernelLine } from "./kernel-line.js";
import { parseSanitizerReports } from "./sanitizer-report.js";
import { signatureOf, type Signature } from "./signature.js";

/** One crash that a log shows. */
export interface LogRecord {
  /** What told of it. */
  readonly source: "go" | "gdb" | "sanitizer" | "kernel" | "coredump";
  /** Its lines in the log, from 1, both included. */
  readonly lines: { readonly first: number; readonly last: number };
  readonly outcome: Outcome;
  readonly signature: Signature;
  readonly evidence: Evidence;
}

/**
 * Every crash in a log from anywhere: Go traces and gdb sessions, or a mix of them among the lines of a CI system. The
 * record is that of a crash that vivarium saw itself, but nothing in it is checked: it is what the log says.
 */
export function parseLog(text: string | Uint8Array): { readonly records: readonly LogRecord[] } {
  const go = parseGoTraces(text).map(({ trace, from, to }) => ({ from, to, record: ofGo(trace) }));
  const gdb = parseGdbSessions(text).map(({ capture, from, to }) => ({ from, to, record: ofGdb(capture) }));
  const sanitizers = parseSanitizerReports(text).map(({ report, from, to }) => ({
    from,
    to,
    record: ofSanitizer(report),
  }));
  const kernel = parseKernelLines(text).map(({ line, from, to }) => ({ from, to, record: ofKernel(line) }));
  const dumps = parseCoreDumps(text).map((dump) => ({
    from: dump.from,
    to: dump.to,
    record: ofCoreDump(dump),
  }));
  const records = [...go, ...gdb, ...sanitizers, ...kernel, ...dumps]
    .sort((a, b) => a.from - b.from)
    .map(({ from, to, record }) => ({ ...record, lines: { first: from + 1, last: to } }));
  return { records };
}

const UNSEEN = { output: null, captures: { tried: 0, met: 0 } } as const;

function ofGo(goTrace: GoTrace): Omit<LogRecord, "lines"> {
  const outcome: Outcome = { outcome: "crash", signal: null, exitCode: 2 };
  const notes = goTrace.kind === "panic" ? [] : ["no native trace: the log has Go's own words only"];
  const evidence = assembleEvidence({ ...UNSEEN, outcome, goTrace, capture: null, notes });
  return { source: "go", outcome, signature: signatureOf(evidence, outcome), evidence };
}

function ofGdb(capture: Omit<NativeCapture, "stderr">): Omit<LogRecord, "lines"> {
  const outcome: Outcome = { outcome: "crash", signal: capture.siginfo.signal, exitCode: null };
  const evidence = assembleEvidence({
    ...UNSEEN,
    outcome,
    goTrace: null,
    capture: { ...capture, stderr: "" },
    notes: [],
  });
  return { source: "gdb", outcome, signature: signatureOf(evidence, outcome), evidence };
}

function ofSanitizer(sanitizer: SanitizerReport): Omit<LogRecord, "lines"> {
  const outcome: Outcome = { outcome: "exit", signal: null, exitCode: null };
  const evidence = assembleEvidence({
    ...UNSEEN,
    outcome,
    goTrace: null,
    sanitizer,
    capture: null,
    notes: [],
  });
  return { source: "sanitizer", outcome, signature: signatureOf(evidence, outcome), evidence };
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
