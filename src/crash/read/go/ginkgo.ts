import type { GoTrace, Goroutine } from "../../evidence.js";
import { GoStack, type Draft } from "../../frames/go-stack.js";
import { oneLine } from "../../../text/printable.js";
import type { Finding, Reader } from "../finding.js";
import { lines, type Log } from "../log-line.js";

const MAX_FOUND = 200;
/** Lines between `Test Panicked` and its stack. */
const MAX_APART = 24;

/** Ginkgo catches a test's panic and prints its stack in a form of its own: without a goroutine's header. */
export const ginkgo: Reader = {
  source: "go",
  title: "Go's own trace",
  rank: "report",
  trigger: /Test Panicked/,
  read(log: Log): Finding[] {
    const found: Finding[] = [];
    let open: Panicked | null = null;
    let at = 0;
    for (const raw of lines(log)) {
      const from = at++;
      const line = raw.trim();
      if (/^(?:\[(?:FAILED|PANICKED)\] )?Test Panicked$/.test(line)) {
        if (open !== null) found.push(open.built());
        open = found.length < MAX_FOUND ? new Panicked(from) : null;
      } else if (open !== null && !open.line(line, at)) {
        found.push(open.built());
        open = null;
      }
    }
    if (open !== null) found.push(open.built());
    return found;
  },
};

class Panicked {
  private to: number;
  private message = "";
  private readonly goroutine: Draft = {
    id: 0,
    state: "running",
    lockedToThread: false,
    waitMinutes: null,
    thread: null,
    frames: [],
    elided: 0,
    createdBy: null,
  };
  private stack: GoStack | null = null;

  constructor(private readonly from: number) {
    this.to = from + 1;
  }

  /** False where the line is no more the panic's. */
  line(text: string, end: number): boolean {
    if (this.stack !== null) return this.framed(text, end, this.stack);
    if (end - this.to > MAX_APART) return false;
    if (text === "Full Stack Trace") this.stack = new GoStack(this.goroutine.frames, this.goroutine);
    else if (/^(?:runtime error: |panic: )/.test(text)) this.message = oneLine(text, 400);
    else if (text !== "" && !text.startsWith("In [") && this.message === "" && !/\.go:\d+/.test(text))
      this.message = oneLine(text, 400);
    if (text !== "") this.to = end;
    return true;
  }

  private framed(text: string, end: number, stack: GoStack): boolean {
    if (text === "") return this.goroutine.frames.length === 0;
    const part = stack.line(text) === "part";
    if (part) this.to = end;
    return part;
  }

  built(): Finding {
    this.stack?.flush();
    const { thread: _, ...goroutine } = this.goroutine;
    const goroutines: Goroutine[] = goroutine.frames.length === 0 ? [] : [goroutine];
    const message = `panic: ${this.message.replace(/^panic: /, "") || "(no message)"}`;
    const trace: GoTrace = {
      kind: "panic",
      message,
      errors: [message],
      signal: null,
      runtimeStack: [],
      goroutines,
      crashed: goroutines.length === 0 ? null : 0,
      incomplete: ["Ginkgo caught it: which goroutine it was is not told"],
    };
    const { from, to } = this;
    return {
      from,
      to,
      outcome: { kind: "crash", signal: null, exitCode: null },
      known: { goTrace: trace },
    };
  }
}
