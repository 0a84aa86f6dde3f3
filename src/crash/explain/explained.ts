import type { NativeCapture } from "../evidence.js";

/** What an explanation of a fault rests on: a capture, or what a pasted gdb session holds of one. */
export type Explained = Pick<
  NativeCapture,
  | "siginfo"
  | "threads"
  | "registers"
  | "disassembly"
  | "mappings"
  | "libraries"
  | "abortMessage"
  | "threadLocals"
  | "stderr"
>;
