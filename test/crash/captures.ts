import type { Frame, NativeCapture } from "../../src/crash/evidence.js";

/** A frame of a program without any file, unless it says otherwise. */
export function frameOf(name: string | null, more: Partial<Frame> = {}): Frame {
  return {
    function: name,
    module: "program",
    file: null,
    line: null,
    offset: "0x1139",
    address: "0x401139",
    buildId: "ab12",
    args: null,
    trusted: true,
    ...more,
  };
}

/** What gdb saw of a program with one thread that died of a signal; of what is not said it saw nothing. */
export function captureOf(
  siginfo: NativeCapture["siginfo"],
  frames: readonly Frame[],
  more: Partial<NativeCapture> = {},
): NativeCapture {
  const idle = { waits: null, passing: 0, fsBase: null, elided: 0 };
  return {
    hang: false,
    fatal: true,
    main: true,
    siginfo,
    threads: [{ number: 1, lwp: 7, name: "program", crashed: true, ...idle, frames: [...frames] }],
    registers: {},
    disassembly: [],
    mappings: [],
    libraries: [],
    abortMessage: null,
    threadLocals: [],
    stderr: "",
    incomplete: [],
    ...more,
  };
}
