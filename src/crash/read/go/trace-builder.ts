import { functionLine } from "./frame.js";
import type { GoFrame, Goroutine, GoTrace } from "../../evidence.js";
import { doubtsOf } from "./doubts.js";
import { headSignal, pcLine, signalLine, tellsAlone, type Head, type Header } from "./line.js";
import { GoStack, type Draft } from "../../frames/go-stack.js";

const MAX_GOROUTINES = 512;
const MAX_ERRORS = 32;
/** Lines between two goroutines that are not Go's, before a trace in a log is taken to be over. */
const MAX_STRAY = 20;
/** What Go prints beside stacks: registers, a dump of the stack it could not walk, notes of the runtime. */
const DUMP =
  /^(?:r\w{1,5}|[cfg]s) {1,8}0x[0-9a-f]{1,16}$|^[0-9a-f]{8,16}: [ <>!=\w]{1,120}$|^(?:runtime: |stack: frame=|instruction bytes:|-----$|goroutine \d+)/;

/**
 * Builds one trace from its lines, which come without indentation. It is lenient: lines that are not Go's are counted,
 * and what makes the trace doubtful is said in `incomplete`.
 */
export class TraceBuilder {
  private readonly errors: string[] = [];
  private readonly kind: GoTrace["kind"];
  private signal: GoTrace["signal"] = null;
  private readonly runtimeStack: GoFrame[] = [];
  private readonly goroutines: Draft[] = [];
  private readonly ids = new Set<number>();
  private stack: GoStack | null = null;
  private messageOpen: boolean;
  private longMessage = false;
  /** Lines within stacks that are not Go's, and those of them that no line of Go's has followed yet. */
  private inside = 0;
  private trailing = 0;
  private stray = 0;
  private skippedGoroutines = 0;
  private skippedFrames = 0;
  private dropped = false;
  private cut = false;
  private heads = 0;
  private readonly headless: boolean;

  /** A handler's word of a panic. */
  readonly observed: boolean;
  readonly inline: boolean;

  constructor(head: Head | null) {
    this.inline = head?.inline === true;
    this.observed = head?.observed ?? false;
    this.headless = head === null;
    this.kind = head?.kind ?? "signal";
    this.messageOpen = head !== null;
    if (head !== null) this.addHead(head);
  }

  /** The next first line is of a thread that Go itself asked for its stack (GOTRACEBACK=crash). */
  relayed = false;

  get hasStacks(): boolean {
    return this.goroutines.length > 0;
  }

  /** So many lines that are not Go's that the trace must be over. */
  get strayed(): boolean {
    return this.stray > MAX_STRAY;
  }

  hasGoroutine(id: number): boolean {
    return this.ids.has(id);
  }

  addHead(head: Head): void {
    if (!head.nested) this.heads++;
    if (this.errors.length < MAX_ERRORS) this.errors.push(head.message);
    const name = head.kind === "signal" ? headSignal(head.message) : null;
    if (name !== null && this.signal === null) {
      this.signal = { name, code: null, address: null, pc: null, duringCgo: false };
    }
  }

  /** An empty line: ends a stack. True if it belonged to the trace. */
  blank(): boolean {
    const open = this.stack !== null;
    this.messageOpen = false;
    this.open(null);
    return open;
  }

  /**
   * One more line; `header` is what it says of a goroutine where it is a header, `outer` whether it is indented no more
   * than the trace's first line. False if it is not a line of the trace.
   */
  line(text: string, header: Header | null, outer: boolean): boolean {
    const belongs = this.take(text, header, outer);
    if (belongs && this.trailing > 0) {
      this.inside += this.trailing;
      this.trailing = 0;
    }
    return belongs;
  }

  private take(text: string, header: Header | null, outer: boolean): boolean {
    if (header !== null) return this.startGoroutine(header);
    if (text.startsWith("[... ") && text.includes(" bytes ")) {
      this.dropped = true;
      return this.blank() || true;
    }
    if (this.isSignal(text)) {
      this.messageOpen = false;
      return true;
    }
    if (outer && text === "runtime stack:") {
      this.open(new GoStack(this.runtimeStack, null));
      return true;
    }
    if (!this.messageOpen && DUMP.test(text)) {
      if (text === "-----") this.relayed = true;
      return true;
    }
    if (this.stack !== null) return this.frame(text, this.stack);
    if (this.messageOpen) {
      // A test that took too long says which ones were running.
      if (text === "running tests:") this.messageOpen = false;
      else this.longMessage = true;
      return true;
    }
    if (/^Test\S* \(.{1,20}\)$/.test(text) && !this.hasStacks) return true;
    if (!this.hasStacks && this.errors[0]?.startsWith("Exception 0x") && functionLine(text) !== null) {
      // On Windows the stack of the goroutine that died has no header.
      this.startGoroutine({
        id: 0,
        state: "running",
        lockedToThread: false,
        waitMinutes: null,
        thread: null,
      });
      return this.stack !== null && this.frame(text, this.stack);
    }
    this.stray++;
    return false;
  }

  /** Null where nothing but a first line was found that Go's end would not leave alone. */
  build(): GoTrace | null {
    this.open(null);
    const [message = "(its first line is missing)"] = this.errors;
    const goroutines = this.goroutines.map(({ thread: _, ...goroutine }) => goroutine);
    const crashed = this.crashed();
    const top = crashed === null ? undefined : goroutines[crashed]?.frames[0];
    if (this.signal !== null && top?.function === "runtime.cgocall") this.signal.duringCgo = true;
    if (!this.isEvident(goroutines)) return null;
    return {
      kind: this.kind,
      message,
      errors: this.errors,
      signal: this.signal,
      runtimeStack: this.runtimeStack,
      goroutines,
      crashed,
      incomplete: doubtsOf({
        headless: this.headless,
        heads: this.heads,
        goroutines,
        cut: this.cut,
        dropped: this.dropped,
        longMessage: this.longMessage,
        foreign: this.inside,
        skippedGoroutines: this.skippedGoroutines,
        skippedFrames: this.skippedFrames,
      }),
    };
  }

  /** A goroutine, a stack of the runtime or the signal's line is Go's; a first line alone may be anybody's. */
  private isEvident(goroutines: readonly Goroutine[]): boolean {
    if ((this.headless || this.inline) && this.signal === null) return !printedByItself(goroutines[0]);
    const told = this.signal !== null && (this.signal.pc !== null || this.signal.code !== null);
    return (
      told ||
      goroutines.length > 0 ||
      this.runtimeStack.length > 0 ||
      this.dropped ||
      this.errors.some(tellsAlone)
    );
  }

  private isSignal(text: string): boolean {
    const bracketed = text.startsWith("[signal ") ? signalLine(text) : null;
    if (bracketed !== null) {
      this.signal ??= bracketed;
      return true;
    }
    const pc = text.startsWith("PC=") ? pcLine(text) : null;
    if (pc !== null) {
      if (this.signal !== null && this.signal.pc === null) this.signal = { ...this.signal, ...pc };
      return true;
    }
    if (/^signal arrived during (?:cgo|external code) execution$/.test(text)) {
      if (this.signal !== null) this.signal.duringCgo = true;
      return true;
    }
    return false;
  }

  private startGoroutine(header: Header): boolean {
    this.messageOpen = false;
    this.stray = 0;
    const { id, state, lockedToThread, waitMinutes, thread } = header;
    const draft: Draft = {
      id,
      state,
      lockedToThread,
      waitMinutes,
      thread,
      frames: [],
      elided: 0,
      createdBy: null,
    };
    if (this.goroutines.length < MAX_GOROUTINES) {
      this.goroutines.push(draft);
      this.ids.add(header.id);
    } else {
      this.skippedGoroutines++;
    }
    this.open(new GoStack(draft.frames, draft));
    return true;
  }

  private frame(text: string, stack: GoStack): boolean {
    const foreign = stack.foreign;
    const what = stack.line(text);
    this.trailing += stack.foreign - foreign;
    if (what === "part") return true;
    if (what === "foreign") {
      this.trailing++;
      return false;
    }
    if (what === "cut") this.cut = true;
    this.open(null);
    this.stray = MAX_STRAY + 1;
    return false;
  }

  /** Ends the stack that is being read, and begins another. */
  private open(stack: GoStack | null): void {
    if (this.stack !== null) {
      const foreign = this.stack.foreign;
      this.stack.flush();
      this.trailing += this.stack.foreign - foreign;
      this.skippedFrames += this.stack.skipped;
    }
    this.stack = stack;
  }

  /**
   * Go prints the goroutine that died first. Where that is g0 (goroutine 0: C code or the runtime's own stack), the one
   * that its thread ran is meant, by Go's number of the thread where it is printed. In a deadlock nobody crashed.
   */
  private crashed(): number | null {
    if (this.errors.some((error) => error.includes("all goroutines are asleep"))) return null;
    const [first] = this.goroutines;
    if (first === undefined) return null;
    if (first.id !== 0) return 0;
    const ofThread = this.goroutines.findIndex(
      (g) => g.id !== 0 && g.thread !== null && g.thread === first.thread,
    );
    if (ofThread !== -1) return ofThread;
    // Older Go prints the goroutine of the dying thread right after its g0.
    return this.goroutines[1]?.frames[0]?.function === "runtime.cgocall" ? 1 : 0;
  }
}

/** A stack that the program asked for: it says nothing of its end. */
const ASKED_FOR =
  /^(?:runtime\/(?:debug|pprof)\.|runtime\.Stack$|net\/http\.\(\*conn\)\.serve|golang\.org\/x\/net\/http2\.)/;

function printedByItself(goroutine: Goroutine | undefined): boolean {
  const [first] = goroutine?.frames ?? [];
  return first === undefined || ASKED_FOR.test(first.function);
}
