import { Writable } from "node:stream";
import xterm from "@xterm/headless";
import type { Clock } from "../../src/progress/clock.js";
import type { ProgressStream } from "../../src/progress/renderer.js";

/** A clock that is turned by hand: `advance` runs what falls due on the way. */
export class HandClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ readonly ms: number; next: number; readonly tick: () => void }>();

  now(): number {
    return this.#now;
  }

  every(ms: number, tick: () => void): () => void {
    const timer = { ms, next: this.#now + ms, tick };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Timers that were not stopped. */
  get running(): number {
    return this.#timers.size;
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ next }) => next <= end).sort((a, b) => a.next - b.next)[0];
      if (due === undefined) break;
      this.#now = due.next;
      due.next += due.ms;
      due.tick();
    }
    this.#now = end;
  }
}

/** A stream that keeps what is written, and draws it on a terminal of the given size. */
export class Screen {
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  #written = "";
  readonly stream: ProgressStream;

  constructor({ columns = 80, rows = 24, isTTY = true } = {}) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
    const writable = new Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _encoding, done) => {
        this.#written += chunk.toString();
        done();
      },
    });
    this.stream = Object.assign(writable, isTTY ? { isTTY, columns, rows } : {});
  }

  /** Everything that was written, escape sequences and all. */
  get written(): string {
    return this.#written;
  }

  /** What a person sees, scrollback first, without empty lines at the end. */
  async seen(): Promise<string> {
    await new Promise<void>((done) => {
      this.#terminal.reset();
      this.#terminal.write(this.#written, done);
    });
    const buffer = this.#terminal.buffer.active;
    const lines = Array.from({ length: buffer.length }, (_, i) => buffer.getLine(i)!.translateToString(true));
    return lines.join("\n").trimEnd();
  }
}
