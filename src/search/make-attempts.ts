import { Failure, interrupted } from "../failure.js";
import type { Attempt } from "../run/attempt.js";
import { blockAttempts } from "../run/runner/block-attempts.js";
import type { Slot } from "../run/runner/executor.js";
import { settled } from "../settled.js";
import type { Verdict } from "../run/verdict.js";
import { Counts } from "./counts.js";

/** How many attempts to make, and when fewer will do. */
export interface Wanted {
  readonly attempts: number;
  /** Asked after every batch: true where no more are needed. */
  readonly enough?: ((counts: Counts) => boolean) | undefined;
}

export interface AttemptsWanted {
  readonly open: (signal: AbortSignal) => Promise<Slot>;
  readonly judge: (attempt: Attempt) => Verdict;
  /** Slots at a time. */
  readonly lanes: number;
  /** Attempts in one block of a slot. */
  readonly block: number;
  readonly wanted: Wanted;
  readonly signal: AbortSignal;
}

/** A lost slot is opened again so often. */
const LOSSES = 3;

/** Makes attempts in several slots at once until there are enough. The counts are of whole attempts that a slot reported, never more than were wanted. */
export async function makeAttempts(input: AttemptsWanted): Promise<Counts> {
  const { lanes, signal } = input;
  const work = new Work(input);
  const since = performance.now();
  const onAbort = (): void => work.cut.abort();
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    await settled(Array.from({ length: lanes }, () => work.lane()));
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
  if (signal.aborted) throw interrupted();
  work.counts.ms = performance.now() - since;
  return work.counts;
}

class Work {
  readonly counts = new Counts();
  /** Aborts when no more attempts are wanted. */
  readonly cut = new AbortController();
  /** Number of the last attempt to make; more where some were lost. */
  private last: number;
  private next = 1;
  private losses = 0;
  private readonly judge: AttemptsWanted["judge"];

  constructor(private readonly input: AttemptsWanted) {
    this.last = input.wanted.attempts;
    this.judge = input.judge;
  }

  async lane(): Promise<void> {
    let slot: Slot | null = null;
    try {
      for (let block; (block = this.take()) !== null;) {
        try {
          slot ??= await this.input.open(this.cut.signal);
          await this.make(slot, block);
        } catch (error) {
          await slot?.close();
          slot = null;
          if (this.cut.signal.aborted && error instanceof Failure) return;
          if (!(error instanceof Failure) || error.kind !== "infrastructure" || ++this.losses > LOSSES) {
            this.cut.abort();
            throw error;
          }
        }
      }
    } finally {
      await slot?.close();
    }
  }

  private take(): { readonly cell: number; readonly first: number; readonly count: number } | null {
    const { block } = this.input;
    const left = this.last - this.next + 1;
    if (left <= 0 || this.cut.signal.aborted) return null;
    const first = this.next;
    const count = Math.min(block, left);
    this.next += count;
    return { cell: 0, first, count };
  }

  private async make(slot: Slot, block: { cell: number; first: number; count: number }): Promise<void> {
    const { wanted } = this.input;
    let made = 0;
    try {
      for await (const batch of blockAttempts(slot, block, this.cut.signal)) {
        for (const attempt of batch) this.counts.add(attempt, this.judge(attempt));
        made += batch.length;
        if (wanted.enough?.(this.counts) === true) this.cut.abort();
      }
    } catch (error) {
      // Those that were not reported are made by whoever comes next, under new numbers.
      this.last += block.count - made;
      throw error;
    }
  }
}
