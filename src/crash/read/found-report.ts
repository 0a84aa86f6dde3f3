import type { SanitizerReport } from "../evidence.js";

/** A report of a sanitizer or of Go's race detector, and where it lies in its text: from its first line to the line after its last (from 0). */
export interface FoundReport {
  readonly report: SanitizerReport;
  readonly from: number;
  readonly to: number;
}

/** Reports of a text that are read, frames of a stack, and stacks of a report beside its first. */
export const MAX_REPORTS = 200;
export const MAX_FRAMES = 64;
export const MAX_STACKS = 6;
