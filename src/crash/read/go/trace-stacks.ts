import type { GoFrame } from "../../evidence.js";
import { GoStack, type Draft, type StackLine } from "../../frames/go-stack.js";
import type { Header } from "./line.js";

const MAX_GOROUTINES = 512;

/** The stacks of a trace as its lines come: the runtime's own and that of each goroutine, in the order in which Go prints them. */
export class TraceStacks {
  readonly runtime: GoFrame[] = [];
  readonly goroutines: Draft[] = [];
  /** Lines within stacks that are not Go's, and that a line of Go's has followed. */
  foreign = 0;
  skippedGoroutines = 0;
  skippedFrames = 0;
  private readonly ids = new Set<number>();
  private current: GoStack | null = null;
  /** Lines that are not Go's since the last that is: what follows a trace is no part of it. */
  private trailing = 0;

  /** Whether a stack is being read. */
  get isOpen(): boolean {
    return this.current !== null;
  }

  has(id: number): boolean {
    return this.ids.has(id);
  }

  beginRuntime(): void {
    this.end();
    this.current = new GoStack(this.runtime, null);
  }

  beginGoroutine({ id, state, lockedToThread, waitMinutes, thread }: Header): void {
    this.end();
    const frames = { frames: [], elided: 0, createdBy: null };
    const draft: Draft = { id, state, lockedToThread, waitMinutes, thread, ...frames };
    if (this.goroutines.length < MAX_GOROUTINES) {
      this.goroutines.push(draft);
      this.ids.add(id);
    } else {
      this.skippedGoroutines++;
    }
    this.current = new GoStack(draft.frames, draft);
  }

  /** What a line is to the stack that is being read; `end` where there is none. */
  line(text: string): StackLine {
    if (this.current === null) return "end";
    const before = this.current.foreign;
    const is = this.current.line(text);
    this.trailing += this.current.foreign - before + (is === "foreign" ? 1 : 0);
    return is;
  }

  /** A line of Go's has come: those before it that are not Go's lay within the trace. */
  goesOn(): void {
    this.foreign += this.trailing;
    this.trailing = 0;
  }

  /** Ends the stack that is being read, if there is one. */
  end(): void {
    if (this.current === null) return;
    const before = this.current.foreign;
    this.current.flush();
    this.trailing += this.current.foreign - before;
    this.skippedFrames += this.current.skipped;
    this.current = null;
  }

  /**
   * Go prints the goroutine that died first. Where that is g0 (goroutine 0: C code or the runtime's own stack), the one
   * that its thread ran is meant, by Go's number of the thread where it is printed.
   */
  died(): number | null {
    const [first, second] = this.goroutines;
    if (first === undefined) return null;
    if (first.id !== 0) return 0;
    const ofThread = this.goroutines.findIndex(
      ({ id, thread }) => id !== 0 && thread !== null && thread === first.thread,
    );
    if (ofThread !== -1) return ofThread;
    // Older Go prints the goroutine of the dying thread right after its g0.
    return second?.frames[0]?.function === "runtime.cgocall" ? 1 : 0;
  }
}
