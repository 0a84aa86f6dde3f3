import type { Frame, NativeCapture, SigInfo, Thread } from "../evidence.js";
import { signalNumber } from "../signal.js";

/** What a log tells of a crash, in the form in which gdb tells it in a capture. Of what the log does not tell there is nothing. */
export type ToldCapture = Omit<NativeCapture, "stderr">;

type Told<T, K extends keyof T> = Pick<T, K> & Partial<T>;

export function toldCapture(told: Told<ToldCapture, "siginfo" | "threads" | "incomplete">): ToldCapture {
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
    ...told,
  };
}

export function toldThread(told: Told<Thread, "number" | "crashed">): Thread {
  return { lwp: 0, name: null, waits: null, passing: 0, fsBase: null, frames: [], elided: 0, ...told };
}

export function toldFrame(told: Told<Frame, "function" | "address">): Frame {
  const unknown = { module: null, file: null, line: null, offset: null, buildId: null, args: null };
  return { ...unknown, trusted: true, ...told };
}

export function toldSignal(signal: string, told: Partial<SigInfo> = {}): SigInfo {
  const unknown = { code: null, codeName: null, address: null, sender: null };
  return { signal, number: signalNumber(signal) ?? 0, ...unknown, ...told };
}
