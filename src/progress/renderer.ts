import type { ProgressSink } from "./event.js";

/** Shows events until it is closed. */
export interface Progress {
  readonly sink: ProgressSink;
  /** Ends the live part and leaves a last line for each cell. Idempotent; events after it are dropped. */
  close(): void;
}

/** The part of a stream that renderers use: `process.stderr`, or a test's. */
export type ProgressStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};
