import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { infrastructure } from "../../failure.js";
import type { Container, ContainerEnd, FolderBounds, FolderEntry } from "../engine.js";
import { readContainerFile } from "./read-file.js";
import { readContainerFolder } from "./read-folder.js";
import type { LiveContainers } from "./live.js";
import { AttachedOutput, LAST_OUTPUT_MS } from "./output.js";
import { waitForEnd } from "./waiting.js";
import type { Wire } from "../connection/wire.js";

/** A container that reads nothing from its standard input for so long is not the runner at work. */
const WRITE_WITHIN_MS = 60_000;
/** A container whose output has ended must end within this time itself; a lost wait is found sooner (waiting.ts). */
const END_AFTER_OUTPUT_MS = 60_000;

/** A container between its attach and its removal. */
export class RunningContainer implements Container {
  private readonly output: AttachedOutput;
  private readonly removing = new AbortController();
  private end: Promise<ContainerEnd> | null = null;
  private removed: Promise<void> | null = null;

  constructor(
    private readonly wire: Wire,
    private readonly live: LiveContainers,
    readonly id: string,
    readonly name: string,
    readonly warnings: readonly string[],
    private readonly socket: Duplex,
    private readonly lifetimeMs: number,
    tty: boolean,
    onStderr?: (piece: Buffer) => void,
  ) {
    this.output = new AttachedOutput(socket, `container ${name}`, tty, onStderr);
  }

  readonly stdin = {
    write: (data: Buffer): Promise<void> => this.write(data),
    end: (): void => void this.socket.end(),
  };

  get stdout(): AsyncIterable<Buffer> {
    return this.output.stdout;
  }

  stderrTail(): string {
    return this.output.stderrTail();
  }

  /** Begins to wait; to be called once, right after the start. */
  started(): void {
    const settled = new AbortController();
    const wait = waitForEnd(this.wire, this.id, {
      lifetimeMs: this.lifetimeMs,
      signal: this.removing.signal,
    }).finally(() => settled.abort());
    this.end = Promise.race([wait, this.silence(AbortSignal.any([settled.signal, this.removing.signal]))]);
    // Whoever asks for the end gets its failure; nobody asking is no reason to end the process.
    this.end.then(
      () => this.output.expectEnd(this.wire.limit(LAST_OUTPUT_MS)),
      () => undefined,
    );
  }

  /** Fails where the output ended and the container goes on: then the connection was closed, by whomever, and no result will come. */
  private async silence(settled: AbortSignal): Promise<never> {
    const never = new Promise<never>(() => undefined);
    await this.output.closed;
    try {
      await sleep(this.wire.limit(END_AFTER_OUTPUT_MS), undefined, { signal: settled, ref: false });
    } catch {
      return never;
    }
    throw infrastructure(
      `container ${this.name}: its output ended, but it did not`,
      "check the connection to the engine, then run again",
    );
  }

  async ended(): Promise<ContainerEnd> {
    if (this.end === null) throw infrastructure(`container ${this.name} was never started`);
    try {
      return await this.end;
    } catch (error) {
      if (this.removed)
        throw infrastructure(`container ${this.name} was removed before it ended`, null, error);
      throw error;
    }
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.wire.bytes({
      what: `resize the terminal of container ${this.name}`,
      method: "POST",
      path: `/containers/${this.id}/resize`,
      query: { w: columns, h: rows },
    });
  }

  readFile(path: string): Promise<Buffer> {
    return readContainerFile(this.wire, this.id, `container ${this.name}`, path);
  }

  readFolder(path: string, bounds: FolderBounds): Promise<readonly FolderEntry[]> {
    return readContainerFolder(this.wire, this.id, `container ${this.name}`, path, bounds);
  }

  remove(): Promise<void> {
    this.removed ??= this.removeNow();
    return this.removed;
  }

  private async removeNow(): Promise<void> {
    this.removing.abort();
    this.output.abandon(infrastructure(`container ${this.name} was removed`));
    await this.live.remove(this.name);
    this.socket.destroy();
  }

  private write(data: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (why: string, cause?: unknown): void =>
        reject(infrastructure(`container ${this.name}: its standard input ${why}`, null, cause));
      const timer = setTimeout(() => fail("was not read in time"), this.wire.limit(WRITE_WITHIN_MS));
      this.socket.write(data, (error) => {
        clearTimeout(timer);
        if (error) fail(`is closed: ${error.message}`, error);
        else resolve();
      });
    });
  }
}
