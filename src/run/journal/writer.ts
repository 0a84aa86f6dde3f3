import { open, type FileHandle } from "node:fs/promises";
import { infrastructure, type Failure } from "../../failure.js";
import { RowWriter, type AttemptRow } from "./attempt-row.js";
import type { Attempt } from "../attempt.js";
import type { JournalEntry } from "./entry.js";
import { checksummed } from "./line.js";
import { sumRow } from "./sum-row.js";
import { RunningSum, type AttemptSum } from "../state/attempt-sum.js";
import type { Verdict } from "../verdict.js";

/** Rows of one line at most, so that no line is long. */
const ROWS = 1000;

/** The file under a journal. */
export type JournalFile = Pick<FileHandle, "write" | "datasync" | "truncate" | "close">;

interface OpenBatch {
  readonly writer: RowWriter;
  readonly rows: AttemptRow[];
  /** By the number of the attempt that comes next in each. */
  readonly sums: Map<number, { readonly running: RunningSum; readonly key: number }>;
  readonly node: string | undefined;
  atMs: number;
  workMs: number;
}

/**
 * Appends to a journal. What was appended is on disk once a `flush` that began after it resolves. A write that fails (a
 * full disk) is undone: the journal ends with its last whole line, every later call fails, and the campaign can be resumed.
 */
export class JournalWriter {
  private lines: string[] = [];
  private readonly batches = new Map<number, OpenBatch>();
  private flushing: Promise<void> = Promise.resolve();
  private failure: Failure | null = null;

  /** `length`: bytes of the journal that are valid; writing goes on from there. */
  constructor(
    private readonly path: string,
    private readonly file: JournalFile,
    private length: number,
  ) {}

  /** Opens a journal, and cuts off what follows its valid lines. */
  static async open(path: string, length: number): Promise<JournalWriter> {
    const file = await open(path, "r+");
    await file.truncate(length);
    return new JournalWriter(path, file, length);
  }

  /** Any entry but a batch. It stands after everything that was appended before. */
  append(entry: JournalEntry): void {
    this.seal();
    this.lines.push(checksummed(JSON.stringify(entry)));
  }

  /** An attempt of a cell. Attempts of one cell share a line until something else is appended, or the line is full. */
  attempt(cell: number, attempt: Attempt, verdict: Verdict, key: number, atMs: number): void {
    const batch = this.batchFor(cell, attempt.node, atMs);
    batch.rows.push(batch.writer.row(attempt, verdict, key));
    if (batch.rows.length === ROWS) this.seal();
  }

  /** Attempts of a cell of which no more is written down than their sum; `key`: the number of their verdict's. */
  sum(cell: number, sum: AttemptSum, key: number, atMs: number): void {
    const { sums } = this.batchFor(cell, sum.node, atMs);
    const { first, verdict, node } = sum;
    const before = sums.get(first);
    const joins = before?.running.takes(first, verdict, node) === true;
    const open = joins ? before : { running: new RunningSum(first, verdict, node), key };
    open.running.addSum(sum);
    if (joins) sums.delete(first);
    sums.set(open.running.next, open);
  }

  /** Time that a worker spent on attempts of a cell. */
  work(cell: number, ms: number): void {
    this.batch(cell).workMs += ms;
  }

  /** Writes and syncs everything appended so far. One runs at a time; throws what `failed` says. */
  flush(): Promise<void> {
    const previous = this.flushing;
    this.flushing = previous.catch(() => undefined).then(() => this.write());
    return this.flushing;
  }

  /** Flushes and closes. */
  async close(): Promise<void> {
    try {
      if (this.failure === null) await this.flush();
    } finally {
      await this.file.close();
    }
  }

  private batchFor(cell: number, node: string | undefined, atMs: number): OpenBatch {
    if (this.batches.has(cell) && this.batches.get(cell)?.node !== node) this.seal();
    const batch = this.batch(cell, node);
    batch.atMs = Math.round(atMs);
    return batch;
  }

  private batch(cell: number, node?: string): OpenBatch {
    let batch = this.batches.get(cell);
    if (batch === undefined) {
      batch = { writer: new RowWriter(), rows: [], sums: new Map(), node, atMs: 0, workMs: 0 };
      this.batches.set(cell, batch);
    }
    return batch;
  }

  private seal(): void {
    for (const [cell, { rows, sums, node, atMs, workMs }] of this.batches) {
      const where = node === undefined ? {} : { node };
      const added =
        sums.size === 0
          ? {}
          : { sums: [...sums.values()].map(({ running, key }) => sumRow(running.sum(), key)) };
      const entry: JournalEntry = {
        t: "batch",
        cell,
        atMs,
        workMs: Math.round(workMs),
        ...where,
        rows,
        ...added,
      };
      this.lines.push(checksummed(JSON.stringify(entry)));
    }
    this.batches.clear();
  }

  private async write(): Promise<void> {
    if (this.failure !== null) throw this.failure;
    this.seal();
    if (this.lines.length === 0) return;
    const bytes = Buffer.from(this.lines.join(""), "utf8");
    this.lines = [];
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.file.write(bytes, done, bytes.length - done, this.length + done);
        done += bytesWritten;
      }
      await this.file.datasync();
      this.length += bytes.length;
    } catch (error) {
      // Shrinking a file works on a full disk. Where it fails too, the reader drops the torn line.
      await this.file.truncate(this.length).catch(() => undefined);
      this.failure = unwritable(this.path, error);
      throw this.failure;
    }
  }
}

const RESUME = "go on with 'vivarium run --resume ID': all attempts up to now are kept";

/** What cannot be written and why, in words; `then`: what to do once there is room. */
export function unwritable(path: string, error: unknown, then = RESUME): Failure {
  const { code, message } = error as NodeJS.ErrnoException;
  const full = code === "ENOSPC" || code === "EDQUOT";
  const why = full ? "no space is left on its disk" : message;
  return infrastructure(
    `${path}: cannot be written: ${why}`,
    `${full ? "Free some space" : "Mend that"}, then ${then}.`,
    error,
  );
}
