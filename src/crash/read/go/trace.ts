import type { GoTrace } from "../../evidence.js";
import { headLine, headerLine, loggedHeadLine, signalLine, type Head } from "./line.js";
import { TraceBuilder } from "./trace-builder.js";
import { lines, type Log } from "../log-line.js";

/** A trace and where it lies in its text: from its first line to the line after its last (from 0). */
export interface FoundTrace {
  readonly trace: GoTrace;
  readonly from: number;
  readonly to: number;
}

/**
 * Every Go trace in a text, in order: what Go 1.0 to 1.27 prints of panics, fatal errors and signals, alone or in a log
 * that puts timestamps and marks before its lines. Never throws, takes time linear in the text, and keeps a bounded part
 * of it. A trace that cannot be fully trusted says why in `incomplete`. A goroutine's stack without a first line (a
 * program that prints its own stack, debug.PrintStack) is no trace. `pasted`: a person chose these lines, and may have left out the first; and
 * loggers write first lines of their own.
 */
export function parseGoTraces(log: Log, pasted = false): FoundTrace[] {
  const reader = new TraceReader(pasted);
  for (const line of lines(log)) reader.read(line);
  return reader.end();
}

/**
 * The trace with which a process ended, of what it wrote to standard error; null if there is none. Go's own is the last
 * thing that it prints, so of several the last counts; earlier ones are the program's own words.
 */
export function goTraceOf(stderr: string | Uint8Array): GoTrace | null {
  const found = parseGoTraces(stderr);
  const last = found.at(-1);
  if (last === undefined) return null;
  if (found.length === 1) return last.trace;
  const note = `${found.length - 1} earlier trace${found.length > 2 ? "s" : ""} in its output: the program's own words`;
  return { ...last.trace, incomplete: [...last.trace.incomplete, note] };
}

const MAX_TRACES = 1000;
/** Lines kept between a first line and the goroutine that shows whose it is: a message, its signal. */
const MAX_WAITING = 16;

/** A first line that waits for a goroutine to show whether it begins a trace of its own. */
interface Pending {
  readonly head: Head;
  readonly indent: string;
  readonly at: number;
  readonly lines: string[];
}

/** Parts the lines of a log into traces. */
class TraceReader {
  private readonly found: FoundTrace[] = [];
  private builder: TraceBuilder | null = null;
  private from = 0;
  /** Line after the last one that belonged to the trace. */
  private to = 0;
  private number = 0;
  private indent = "";
  /** No line has come yet but empty ones. */
  private atStart = true;
  /** A first line that came after goroutines: of another thread that died too, or of the next trace. */
  private pending: Pending | null = null;

  constructor(private readonly pasted: boolean) {}

  read(line: string): void {
    const at = this.number++;
    if (line === "") {
      if (this.builder?.blank()) this.to = this.number;
      return;
    }
    const first = this.atStart;
    if (!line.startsWith("```")) this.atStart = false;
    const text = line.trim();
    const indent = line.slice(0, line.length - line.trimStart().length);
    // Less indented than the first line of the trace: where a log quotes traces, this is the log again.
    if (text !== "" && !indent.startsWith(this.indent)) this.close();
    const head = this.headOf(text, indent);
    if (head !== null) this.start(head, indent, at);
    else if (this.builder === null) this.startHeadless(text, indent, at, first);
    else this.goOn(text, indent === this.indent, this.builder);
  }

  /** A line that follows the first one of a trace. */
  private goOn(text: string, outer: boolean, builder: TraceBuilder): void {
    const header = outer ? headerLine(text) : null;
    if (this.pending !== null && header !== null && builder.hasGoroutine(header.id))
      builder = this.next(this.pending);
    if (this.pending !== null && this.pending.lines.length < MAX_WAITING) this.pending.lines.push(text);
    if (builder.line(text, header, outer)) this.to = this.number;
    else if (/^exit status \d+$/.test(text) || builder.strayed) this.close();
  }

  end(): FoundTrace[] {
    this.close();
    return this.found;
  }

  /** The first line is missing, but the signal's line can be nothing else, and a goroutine with which a paste begins. */
  private startHeadless(text: string, indent: string, at: number, first: boolean): void {
    const signal = text.startsWith("[signal ") ? signalLine(text) : null;
    const header = signal === null && first && this.pasted ? headerLine(text) : null;
    if (signal === null && header === null) return;
    this.builder = new TraceBuilder(null);
    [this.from, this.to, this.indent] = [at, this.number, indent];
    this.builder.line(text, header, true);
  }

  private headOf(text: string, indent: string): Head | null {
    if (this.builder === null) return headLine(text, false) ?? (this.pasted ? loggedHeadLine(text) : null);
    if (indent === this.indent) return headLine(text, false);
    return indent === `${this.indent}\t` ? headLine(text, true) : null;
  }

  private start(head: Head, indent: string, at: number): void {
    // A logger's word that no stack follows is not Go's.
    if (this.builder?.inline === true && !this.builder.hasStacks) this.builder = null;
    if (this.builder === null) {
      this.builder = new TraceBuilder(head);
      [this.from, this.indent] = [at, indent];
    } else if (this.builder.relayed && head.message.startsWith("SIGQUIT: ")) {
      this.builder.relayed = false;
    } else if (head.nested || !this.builder.hasStacks) {
      this.builder.addHead(head);
    } else {
      if (this.pending !== null) this.builder.addHead(this.pending.head);
      this.pending = { head, indent, at, lines: [] };
      return;
    }
    this.to = this.number;
  }

  /** The pending first line was that of a new trace, which begins with it. */
  private next({ head, indent, at, lines }: Pending): TraceBuilder {
    this.pending = null;
    // The handler saw what Go now tells of.
    if (this.builder?.observed === true) this.builder = null;
    this.close();
    const builder = new TraceBuilder(head);
    this.builder = builder;
    [this.from, this.to, this.indent] = [at, this.number, indent];
    for (const line of lines) builder.line(line, null, true);
    builder.blank();
    return builder;
  }

  private close(): void {
    if (this.builder === null) return;
    if (this.pending !== null) this.builder.addHead(this.pending.head);
    const trace = this.builder.build();
    if (trace !== null && this.found.length < MAX_TRACES) {
      this.found.push({ trace, from: this.from, to: this.to });
    }
    this.builder = null;
    this.pending = null;
  }
}
