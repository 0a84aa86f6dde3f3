import type { GoTrace } from "../../evidence.js";
import { headSignal, pcLine, signalLine, tellsAlone, type Head } from "./line.js";

const MAX_ERRORS = 32;

/** What a trace says before its stacks: its first lines, and what its signal's lines add. */
export class TraceHead {
  readonly kind: GoTrace["kind"];
  readonly errors: string[] = [];
  /** First lines that no other goroutine's panic nests. */
  count = 0;
  signal: GoTrace["signal"] = null;

  /** `first`: null where the trace begins without its first line. */
  constructor(private readonly first: Head | null) {
    this.kind = first?.kind ?? "signal";
    if (first !== null) this.add(first);
  }

  get isMissing(): boolean {
    return this.first === null;
  }

  /** A handler's word of a panic: Go itself may tell of it next. */
  get observed(): boolean {
    return this.first?.observed === true;
  }

  /** It stands within a line of a logger's. */
  get inline(): boolean {
    return this.first?.inline === true;
  }

  /** What Go prints on Windows in place of a signal. */
  get isException(): boolean {
    return this.errors[0]?.startsWith("Exception 0x") === true;
  }

  /** In a deadlock nobody crashed. */
  get isDeadlock(): boolean {
    return this.errors.some((error) => error.includes("all goroutines are asleep"));
  }

  /** Whether it says by itself that a Go program died: the signal's line is Go's; of first lines, some. */
  get tellsAlone(): boolean {
    const { signal } = this;
    return (signal !== null && (signal.pc !== null || signal.code !== null)) || this.errors.some(tellsAlone);
  }

  add(head: Head): void {
    if (!head.nested) this.count++;
    if (this.errors.length < MAX_ERRORS) this.errors.push(head.message);
    const name = head.kind === "signal" ? headSignal(head.message) : null;
    if (name !== null) this.signal ??= { name, code: null, address: null, pc: null, duringCgo: false };
  }

  /** Takes a line of the signal's; false if it is not one. */
  signalLine(text: string): boolean {
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
    if (!/^signal arrived during (?:cgo|external code) execution$/.test(text)) return false;
    this.inCgo();
    return true;
  }

  /** The signal came while C code ran. */
  inCgo(): void {
    if (this.signal !== null) this.signal = { ...this.signal, duringCgo: true };
  }
}
