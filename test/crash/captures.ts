import type { Frame, NativeCapture } from "../../src/crash/evidence.js";
import { partialCapture, partialFrame, partialThread } from "../../src/crash/read/partial-capture.js";

/** A frame of a program without any file, unless it says otherwise. */
export function frameOf(name: string | null, more: Partial<Frame> = {}): Frame {
  const known = { module: "program", offset: "0x1139", address: "0x401139", buildId: "ab12" };
  return partialFrame({ function: name, ...known, ...more });
}

/** What gdb saw of a program with one thread that died of a signal; of what is not said it saw nothing. */
export function captureOf(
  siginfo: NativeCapture["siginfo"],
  frames: readonly Frame[],
  more: Partial<NativeCapture> = {},
): NativeCapture {
  const threads = [partialThread({ number: 1, lwp: 7, name: "program", crashed: true, frames: [...frames] })];
  return { ...partialCapture({ siginfo, threads, incomplete: [] }), stderr: "", ...more };
}
