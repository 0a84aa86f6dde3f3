import { infrastructure, type Failure } from "../../src/failure.js";
import type { Attempt } from "../../src/run/attempt.js";
import type { Clock } from "../../src/run/clock.js";
import { systemClock } from "../../src/run/clock.js";
import type { Executor, Slot } from "../../src/run/runner/executor.js";
import type { StopStatistics } from "../../src/run/stop.js";
import type { Judge } from "../../src/run/verdict.js";

const SIGSEGV = 11;

export interface Drawing {
  readonly seed?: number;
  /** Probability that an attempt of a cell crashes. */
  readonly rate?: (cell: string) => number;
  /** Turns of the event loop that an attempt takes; Infinity: it never ends. */
  readonly turns?: (cell: string, number: number, crashed: boolean) => number;
  /** Attempts in one batch. */
  readonly batch?: number;
  /** Whether the slot is lost while it makes an attempt, for the n-th time that it is tried (from 1). */
  readonly loses?: (cell: string, number: number, time: number) => boolean;
  readonly refusesToOpen?: (cell: string) => boolean;
  /** Why a slot cannot be opened the n-th time (from 1), where it cannot. */
  readonly refusal?: (cell: string, time: number) => Failure | null;
  readonly output?: boolean;
  /** What an attempt that crashed printed. */
  readonly print?: (number: number) => Buffer;
  /** Milliseconds that an attempt says it took. */
  readonly durationMs?: number;
  /** `clock` moves on by that time with every attempt, and by nothing else. For one worker. */
  readonly paced?: boolean;
}

/**
 * An executor whose attempts are drawn, not run: whether attempt N of a cell crashes follows from the seed, the cell and N
 * alone, however attempts are scheduled. It watches what is asked of it.
 */
export class DrawnExecutor implements Executor {
  /** Numbers handed over, by cell, in the order of their end. */
  readonly made = new Map<string, number[]>();
  /** Cells of the blocks asked for, in order. */
  readonly blocks: { readonly cell: string; readonly first: number; readonly count: number }[] = [];
  running = 0;
  mostRunning = 0;
  openSlots = 0;
  opened = 0;
  /** Set by who runs the campaign. */
  sinceStart: () => number = () => 0;
  /** Slots asked for, by cell. */
  readonly asked = new Map<string, number>();
  private readonly tries = new Map<string, number>();
  private nowMs = 0;
  /** For `paced`; its sleepers wake when the time has come. */
  readonly clock: Clock = {
    ...systemClock,
    now: () => this.nowMs,
    sleep: async (ms, signal) => {
      for (const end = this.nowMs + ms; this.nowMs < end && !signal.aborted;) await turns(1);
    },
  };

  constructor(private readonly drawing: Drawing = {}) {}

  crashes(cell: string, number: number): boolean {
    return draw(`${this.drawing.seed ?? 1}/${cell}/${number}`) < (this.drawing.rate?.(cell) ?? 0.5);
  }

  async open({ id }: { readonly id: string }): Promise<Slot> {
    await turns(1);
    if (this.drawing.refusesToOpen?.(id) === true) throw infrastructure(`no slot for ${id}`);
    const time = (this.asked.get(id) ?? 0) + 1;
    this.asked.set(id, time);
    const refusal = this.drawing.refusal?.(id, time) ?? null;
    if (refusal !== null) throw refusal;
    this.openSlots++;
    this.opened++;
    let open = true;
    return {
      run: (first, count) => this.run(id, first, count, () => open),
      close: async () => {
        if (open) this.openSlots--;
        open = false;
        await turns(1);
      },
    };
  }

  private async *run(
    cell: string,
    first: number,
    count: number,
    open: () => boolean,
  ): AsyncGenerator<Attempt[]> {
    this.blocks.push({ cell, first, count });
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    try {
      let batch: Attempt[] = [];
      for (let number = first; number < first + count; number++) {
        const crashed = this.crashes(cell, number);
        await turns(this.drawing.turns?.(cell, number, crashed) ?? 0);
        const time = (this.tries.get(`${cell}/${number}`) ?? 0) + 1;
        this.tries.set(`${cell}/${number}`, time);
        if (!open()) throw infrastructure("the slot was closed");
        if (this.drawing.loses?.(cell, number, time) === true) {
          if (batch.length > 0) yield this.hand(cell, batch);
          throw infrastructure(`lost while at ${number}`);
        }
        batch.push(this.attempt(number, crashed));
        if (this.drawing.paced === true) this.nowMs += this.drawing.durationMs ?? 1;
        if (batch.length < (this.drawing.batch ?? 4) && number < first + count - 1) continue;
        yield this.hand(cell, batch);
        batch = [];
      }
    } finally {
      this.running--;
    }
  }

  private hand(cell: string, batch: Attempt[]): Attempt[] {
    this.made.set(cell, [...(this.made.get(cell) ?? []), ...batch.map(({ number }) => number)]);
    return batch;
  }

  private attempt(number: number, crashed: boolean): Attempt {
    const print = this.drawing.print ?? ((at: number) => Buffer.from(`died at ${at}\n`));
    const text = crashed ? print(number) : Buffer.alloc(0);
    const none = { head: Buffer.alloc(0), tail: Buffer.alloc(0), total: 0 };
    return {
      number,
      startMs: this.drawing.paced === true ? this.sinceStart() : number * 1.25,
      durationMs: this.drawing.durationMs ?? 1.234,
      userMs: 0.5,
      systemMs: 0.25,
      maxRssKiB: 1200 + number,
      status: crashed ? SIGSEGV : 0,
      timedOut: false,
      leftovers: 0,
      bytesOut: 0,
      bytesErr: text.length,
      output:
        crashed && this.drawing.output !== false
          ? { stdout: none, stderr: { head: text, tail: Buffer.alloc(0), total: text.length } }
          : null,
    };
  }
}

/** What is light about the signatures of drawn attempts: they crash by SIGSEGV, or are clean. */
export const judge: Judge = (_cell, { status }) =>
  status === 0
    ? { key: "clean", outcome: "clean", counted: false }
    : { key: "SIGSEGV", outcome: "crash", counted: true };

/** The machine's clock, but that waiting takes no time. */
export const hastyClock: Clock = {
  ...systemClock,
  sleep: async (_ms, signal) => {
    if (!signal.aborted) await turns(1);
  },
};

/** Statistics for campaigns whose stop rule needs none. */
export const noStatistics: StopStatistics = {
  progressInterval: (counted, attempts) => ({ low: 0, high: Math.min(1, (counted + 3) / attempts) }),
  excludes: () => false,
  differ: () => false,
};

/** Lets that many turns of the event loop pass. */
async function turns(count: number): Promise<void> {
  if (count === Infinity) await new Promise(() => undefined);
  for (let left = count; left > 0; left--) await new Promise((resolve) => setImmediate(resolve));
}

/** A number from 0 to 1 drawn by a text: FNV-1a, finished as murmur3 does. */
function draw(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
