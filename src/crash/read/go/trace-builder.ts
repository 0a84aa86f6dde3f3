import { functionLine } from "./frame.js";
import type { Goroutine, GoTrace } from "../../evidence.js";
import { doubtsOf } from "./doubts.js";
import type { Head, Header } from "./line.js";
import { TraceHead } from "./trace-head.js";
import { TraceStacks } from "./trace-stacks.js";

/** Lines between two goroutines that are not Go's, before a trace in a log is taken to be over. */
const MAX_STRAY = 20;
/** What Go prints beside stacks: registers, a dump of the stack it could not walk, notes of the runtime. */
const DUMP =
  /^(?:r\w{1,5}|[cfg]s) {1,8}0x[0-9a-f]{1,16}$|^[0-9a-f]{8,16}: [ <>!=\w]{1,120}$|^(?:runtime: |stack: frame=|instruction bytes:|-----$|goroutine \d+)/;

/**
 * Builds one trace from its lines, which come without indentation. It is lenient: lines that are not Go's are counted,
 * and what makes the trace doubtful is said in `incomplete`. What is before the stacks is `TraceHead`'s, the stacks are `TraceStacks`'.
 */
export class TraceBuilder {
  private readonly head: TraceHead;
  private readonly stacks = new TraceStacks();
  /** The lines that come belong to the message of the first line. */
  private messageOpen: boolean;
  private longMessage = false;
  private stray = 0;
  private dropped = false;
  private cut = false;
  /** The next first line is of a thread that Go itself asked for its stack (GOTRACEBACK=crash). */
  relayed = false;

  constructor(head: Head | null) {
    this.head = new TraceHead(head);
    this.messageOpen = head !== null;
  }

  /** A handler's word of a panic. */
  get observed(): boolean {
    return this.head.observed;
  }

  get inline(): boolean {
    return this.head.inline;
  }

  get hasStacks(): boolean {
    return this.stacks.goroutines.length > 0;
  }

  /** So many lines that are not Go's that the trace must be over. */
  get strayed(): boolean {
    return this.stray > MAX_STRAY;
  }

  hasGoroutine(id: number): boolean {
    return this.stacks.has(id);
  }

  addHead(head: Head): void {
    this.head.add(head);
  }

  /** An empty line: ends a stack. True if it belonged to the trace. */
  blank(): boolean {
    const open = this.stacks.isOpen;
    this.messageOpen = false;
    this.stacks.end();
    return open;
  }

  /**
   * One more line; `header` is what it says of a goroutine where it is a header, `outer` whether it is indented no more
   * than the trace's first line. False if it is not a line of the trace.
   */
  line(text: string, header: Header | null, outer: boolean): boolean {
    const belongs =
      header !== null
        ? this.begin(header)
        : this.beside(text, outer) || (this.stacks.isOpen ? this.frame(text) : this.between(text));
    if (belongs) this.stacks.goesOn();
    return belongs;
  }

  private begin(header: Header): boolean {
    this.messageOpen = false;
    this.stray = 0;
    this.stacks.beginGoroutine(header);
    return true;
  }

  /** What stands beside messages and stacks, wherever it comes. */
  private beside(text: string, outer: boolean): boolean {
    if (text.startsWith("[... ") && text.includes(" bytes ")) {
      this.dropped = true;
      this.blank();
      return true;
    }
    if (this.head.signalLine(text)) {
      this.messageOpen = false;
      return true;
    }
    if (outer && text === "runtime stack:") {
      this.stacks.beginRuntime();
      return true;
    }
    if (this.messageOpen || !DUMP.test(text)) return false;
    if (text === "-----") this.relayed = true;
    return true;
  }

  private frame(text: string): boolean {
    const is = this.stacks.line(text);
    if (is === "part") return true;
    if (is === "foreign") return false;
    if (is === "cut") this.cut = true;
    this.stacks.end();
    this.stray = MAX_STRAY + 1;
    return false;
  }

  /** A line before the first stack or between two. */
  private between(text: string): boolean {
    if (this.messageOpen) {
      // A test that took too long says which ones were running.
      if (text === "running tests:") this.messageOpen = false;
      else this.longMessage = true;
      return true;
    }
    if (!this.hasStacks && /^Test\S* \(.{1,20}\)$/.test(text)) return true;
    if (!this.hasStacks && this.head.isException && functionLine(text) !== null) {
      // On Windows the stack of the goroutine that died has no header.
      this.begin(NO_HEADER);
      return this.frame(text);
    }
    this.stray++;
    return false;
  }

  /** Null where nothing but a first line was found that Go's end would not leave alone. */
  build(): GoTrace | null {
    const { head, stacks } = this;
    stacks.end();
    const goroutines = stacks.goroutines.map(({ thread: _, ...goroutine }) => goroutine);
    const crashed = head.isDeadlock ? null : stacks.died();
    const top = crashed === null ? undefined : goroutines[crashed]?.frames[0];
    if (top?.function === "runtime.cgocall") head.inCgo();
    if (!this.isEvident(goroutines)) return null;
    const [message = "(its first line is missing)"] = head.errors;
    return {
      kind: head.kind,
      message,
      errors: head.errors,
      signal: head.signal,
      runtimeStack: stacks.runtime,
      goroutines,
      crashed,
      incomplete: doubtsOf({
        headless: head.isMissing,
        heads: head.count,
        goroutines,
        cut: this.cut,
        dropped: this.dropped,
        longMessage: this.longMessage,
        foreign: stacks.foreign,
        skippedGoroutines: stacks.skippedGoroutines,
        skippedFrames: stacks.skippedFrames,
      }),
    };
  }

  /** A goroutine, a stack of the runtime or the signal's line is Go's; a first line alone may be anybody's. */
  private isEvident(goroutines: readonly Goroutine[]): boolean {
    const { head, stacks } = this;
    if ((head.isMissing || head.inline) && head.signal === null) return !printedByItself(goroutines[0]);
    return goroutines.length > 0 || stacks.runtime.length > 0 || this.dropped || head.tellsAlone;
  }
}

const NO_HEADER: Header = {
  id: 0,
  state: "running",
  lockedToThread: false,
  waitMinutes: null,
  thread: null,
};

/** A stack that the program asked for: it says nothing of its end. */
const ASKED_FOR =
  /^(?:runtime\/(?:debug|pprof)\.|runtime\.Stack$|net\/http\.\(\*conn\)\.serve|golang\.org\/x\/net\/http2\.)/;

function printedByItself(goroutine: Goroutine | undefined): boolean {
  const [first] = goroutine?.frames ?? [];
  return first === undefined || ASKED_FOR.test(first.function);
}
