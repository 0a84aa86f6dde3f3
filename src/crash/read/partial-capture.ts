import type { Frame, NativeCapture, SanitizerReport, SigInfo, Thread } from "../evidence.js";
import { signalNumber } from "../signal.js";

/** What a log tells of a crash, in the form in which gdb tells it in a capture. Of what the log does not tell there is nothing. */
export type PartialCapture = Omit<NativeCapture, "stderr">;

type Known<T, K extends keyof T> = Pick<T, K> & Partial<T>;

export function partialCapture(
  known: Known<PartialCapture, "siginfo" | "threads" | "incomplete">,
): PartialCapture {
  return {
    hang: false,
    fatal: true,
    main: true,
    registers: {},
    disassembly: [],
    mappings: [],
    libraries: [],
    abortMessage: null,
    threadLocals: [],
    debugInfo: null,
    ...known,
  };
}

export function partialThread(known: Known<Thread, "number" | "crashed">): Thread {
  return { lwp: 0, name: null, waits: null, passing: 0, fsBase: null, frames: [], elided: 0, ...known };
}

export function partialFrame(known: Known<Frame, "function" | "address">): Frame {
  const unknown = { module: null, file: null, line: null, offset: null, buildId: null, args: null };
  return { ...unknown, trusted: true, ...known };
}

/** A report of which no more is known than what it says happened. */
export function partialReport({
  tool,
  kind,
  message,
  ...more
}: Known<SanitizerReport, "tool" | "kind" | "message">): SanitizerReport {
  const unknown = { address: null, access: null, size: null, place: null, frames: [], others: [] };
  return { tool, kind, message, ...unknown, ...more };
}

export function partialSignal(signal: string, known: Partial<SigInfo> = {}): SigInfo {
  const unknown = { code: null, codeName: null, address: null, sender: null };
  return { signal, number: signalNumber(signal) ?? 0, ...unknown, ...known };
}
