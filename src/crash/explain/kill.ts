import type { Explanation } from "../evidence.js";
import { binarySize } from "../../text/sizes.js";

/** The memory of an attempt. */
export interface MemoryUse {
  /** Bytes that its container might use. */
  readonly limit: number;
  /** Peak resident memory of its first process, KiB. */
  readonly peakKiB: number;
}

/** Explains a SIGKILL of the kernel's out-of-memory killer, which only the container's control group tells of. */
export function explainOutOfMemory({ limit, peakKiB }: MemoryUse): Explanation {
  return {
    kind: "out-of-memory",
    text: `the kernel's out-of-memory killer ended it: its container had reached the memory limit of ${binarySize(limit)}`,
    operand: null,
    facts: [
      `it held ${binarySize(peakKiB * 1024)} itself at its peak; a larger --memory shows whether it ends by itself`,
    ],
  };
}
