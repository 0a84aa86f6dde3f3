import type { Duplex } from "node:stream";
import { infrastructure, type Failure } from "../../failure.js";
import { ChunkQueue } from "./chunk-queue.js";
import { Demultiplexer } from "./demultiplexer.js";
import { Tail } from "./tail.js";

const STDERR_TAIL = 64 * 1024;
/** Once the container has ended, its last output must come within this time of the byte before. */
export const LAST_OUTPUT_MS = 10_000;

/** A container's attached output: read at once and always, bounded by its reader's pace. */
export class AttachedOutput {
  readonly stdout: ChunkQueue;
  /** Resolves when no more output comes, for whatever reason. */
  readonly closed: Promise<void>;
  private close: () => void = () => undefined;
  private readonly tail = new Tail(STDERR_TAIL);
  private paused = false;
  private over = false;
  private lastByte = performance.now();
  private ended = false;

  constructor(
    private readonly socket: Duplex,
    private readonly what: string,
    tty: boolean,
    onStderr?: (piece: Buffer) => void,
  ) {
    this.stdout = new ChunkQueue((stop) => this.pause(stop));
    const demultiplexer = new Demultiplexer({
      stdout: (piece) => this.stdout.push(piece),
      stderr: (piece) => {
        this.tail.push(piece);
        onStderr?.(piece);
      },
    });
    this.closed = new Promise((resolve) => {
      this.close = resolve;
    });
    let lost: Error | null = null;
    socket.on("data", (chunk: Buffer) => {
      this.lastByte = performance.now();
      if (tty) return this.stdout.push(chunk);
      try {
        demultiplexer.push(chunk);
      } catch (cause) {
        this.fail(this.cut((cause as Error).message, cause));
      }
    });
    socket.on("error", (error) => {
      lost = error;
    });
    socket.on("end", () => {
      this.ended = true;
      if (!tty && !demultiplexer.whole) this.fail(this.cut("it ended within a frame"));
      else this.finish(null);
    });
    socket.on("close", () => {
      if (!this.ended) this.fail(this.cut(lost?.message ?? "closed", lost));
    });
  }

  stderrTail(): string {
    return this.tail.text();
  }

  /** Ends it with a failure, now. */
  fail(failure: Failure): void {
    this.finish(failure);
    this.socket.destroy();
  }

  /** Ends it with a failure, and lets go by what still comes: an engine that cannot write it notes an error in its log. */
  abandon(failure: Failure): void {
    this.finish(failure);
    this.socket.removeAllListeners("data");
    this.socket.resume();
  }

  /** The container has ended: what is still on its way must come within `lastOutputMs` of the byte before. */
  expectEnd(lastOutputMs: number): void {
    const check = (): void => {
      if (this.over) return;
      const silent = performance.now() - this.lastByte;
      if (this.paused || silent < lastOutputMs) setTimeout(check, lastOutputMs / 10).unref();
      else this.fail(this.cut("the container ended, but its output did not"));
    };
    setTimeout(check, lastOutputMs).unref();
  }

  private finish(error: Failure | null): void {
    this.over = true;
    this.close();
    this.stdout.end(error);
  }

  private cut(why: string, cause?: unknown): Failure {
    return infrastructure(
      `${this.what}: its output was cut (${why})`,
      "check that the engine still runs, then run again",
      cause,
    );
  }

  private pause(stop: boolean): void {
    if (stop === this.paused || this.over) return;
    this.paused = stop;
    this.lastByte = performance.now();
    if (stop) this.socket.pause();
    else this.socket.resume();
  }
}
