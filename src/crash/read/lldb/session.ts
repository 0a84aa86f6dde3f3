import type { Instruction, Thread } from "../../evidence.js";
import { trimmedHex } from "../hex.js";
import { lldbFrameLine, lldbInstructionLine, lldbRegisterLine } from "./line.js";
import { crashed, type Finding, type Reader } from "../finding.js";
import { lines, type Log } from "../log-line.js";
import { visible } from "../../../text/printable.js";
import { codeName, FAULT_SIGNALS, PASSING_SIGNALS } from "../../signal.js";
import { partialCapture, partialSignal, partialThread, type PartialCapture } from "../partial-capture.js";

const MAX_SESSIONS = 200;
const MAX_THREADS = 1000;
const MAX_FRAMES = 1000;
const MAX_LISTED = 5000;
/** After so many lines that are not lldb's the log is about something else. */
const MAX_STRAY = 2000;

/** `* thread #1, name = 'a.out', stop reason = signal SIGSEGV: …`, and without a reason the other threads of `bt all`. */
const THREAD =
  /^(?:\* )?thread #(\d{1,6})(?:: tid = (?:0x)?[0-9a-f]{1,16})?(?:, (?!stop reason)[^=]{1,20}= [^,]{1,200})*(?:, stop reason = (.{1,300}))?$/;
const NAME = /, name = '([^']{0,64})'/;
const SIGNAL = /^signal (SIG[A-Z0-9+]{1,12})(?:: (.*))?$/;
/** What lldb calls it on macOS. */
const EXCEPTION = /^EXC_([A-Z_]{1,30})(?: \((.*)\))?$/;
const EXCEPTIONS: Readonly<Record<string, string>> = {
  BAD_ACCESS: "SIGSEGV",
  BAD_INSTRUCTION: "SIGILL",
  ARITHMETIC: "SIGFPE",
  BREAKPOINT: "SIGTRAP",
  CRASH: "SIGABRT",
};
/** Swift's runtime gives lldb its words in place of the trap that follows. */
const SWIFT =
  /^(?:Fatal error|Precondition failed|Assertion failed|Swift runtime failure|Simultaneous accesses)\b/;
const CONTINUED = /^Process \d{1,10} (?:resuming|exited|detached)\b/;
const LISTING = /^([^\s`][^`]{0,255})`(\S.{0,500}?)(?: at [^:]{1,500}:\d{1,9}(?::\d{1,9})?)?:$/;

/** A crash that an lldb session shows, and where: from its stop to the line after the last that tells of it. */
interface FoundSession {
  readonly capture: PartialCapture;
  readonly from: number;
  readonly to: number;
}

/**
 * The crashes in what a person pasted of an lldb session: where it stopped, `bt`, `bt all`, `register read`, `disassemble`, in any order and
 * with parts left out. Never throws, linear. What the session does not show is named in `incomplete`.
 */
export function parseLldbSessions(log: Log): FoundSession[] {
  const found: FoundSession[] = [];
  let stop = null as LldbStop | null;
  let at = 0;
  const close = (): void => {
    if (stop !== null && found.length < MAX_SESSIONS) found.push(stop.build());
    stop = null;
  };
  for (const raw of lines(log)) {
    const line = raw.trim().replace(/^(?:\(lldb\) ?)+/, "");
    const number = at++;
    const thread = THREAD.exec(line);
    const cause = thread === null ? null : causeOf(thread[2] ?? "");
    if (thread !== null && cause !== null) {
      if (stop?.again(Number(thread[1]), cause) !== true) {
        close();
        stop = new LldbStop(cause, Number(thread[1]), nameOf(line), number);
      }
      stop.to = at;
      continue;
    }
    if (stop === null) continue;
    if (CONTINUED.test(line) || (thread !== null && line.startsWith("*"))) close();
    else if (thread !== null) stop.thread(Number(thread[1]), nameOf(line));
    else if (stop.line(line)) stop.to = at;
    else if (at - stop.to > MAX_STRAY) close();
  }
  close();
  return found;
}

function nameOf(line: string): string | null {
  const name = NAME.exec(line)?.[1];
  return name === undefined ? null : visible(name);
}

interface Cause {
  readonly signal: string;
  readonly code: number | null;
  readonly address: string | null;
}

/** Why a thread stopped, where it is a signal that ends programs. */
function causeOf(reason: string): Cause | null {
  const named = namedSignal(reason);
  if (named === null || PASSING_SIGNALS.has(named.signal)) return null;
  const { signal, words } = named;
  const address = /\baddress[:=] ?(0x[0-9a-f]{1,16})/.exec(words)?.[1] ?? null;
  return {
    signal,
    code: signal === "SIGSEGV" ? segvCode(words, address) : null,
    address: address === null || !FAULT_SIGNALS.has(signal) ? null : trimmedHex(address),
  };
}

/** The signal that a reason to stop names, by whatever system's name, and what is said of it. */
function namedSignal(reason: string): { readonly signal: string; readonly words: string } | null {
  const [, name, words = ""] = EXCEPTION.exec(reason) ?? SIGNAL.exec(reason) ?? [];
  const signal = name?.startsWith("SIG") === true ? name : EXCEPTIONS[name ?? ""];
  if (signal !== undefined) return { signal, words };
  if (/^hit program assert$/.test(reason)) return { signal: "SIGABRT", words };
  return SWIFT.test(reason) ? { signal: "SIGTRAP", words } : null;
}

/** `si_code` by lldb's words. Where the processor gave no address, lldb says 0 of it, in the words of an unmapped one. */
function segvCode(words: string, address: string | null): number | null {
  if (/access protected|invalid permissions/.test(words)) return 2;
  const known = address !== null && !/^0x0+$/.test(address);
  return known && /invalid address|not mapped/.test(words) ? 1 : null;
}

/** What a session shows while the program stands still at one signal. */
class LldbStop {
  to: number;
  private readonly threads: Thread[];
  private current: Thread;
  private backtraced = false;
  private listing: string | null = null;
  private readonly registers: Record<string, string> = {};
  private readonly disassembly: Instruction[] = [];

  constructor(
    private cause: Cause,
    number: number,
    name: string | null,
    private readonly from: number,
  ) {
    this.to = from + 1;
    this.current = partialThread({ number, name, crashed: true });
    this.threads = [this.current];
  }

  /** Whether it is the same stop, shown once more, as `bt` does. */
  again(number: number, { signal, code, address }: Cause): boolean {
    const [crashed] = this.threads;
    if (crashed?.number !== number || signal !== this.cause.signal) return false;
    this.cause = { signal, code: this.cause.code ?? code, address: this.cause.address ?? address };
    this.current = crashed;
    return true;
  }

  thread(number: number, name: string | null): void {
    this.current = partialThread({ number, name, crashed: false });
    if (this.threads.length < MAX_THREADS) this.threads.push(this.current);
  }

  /** Whether the line is lldb's and tells of the stop. */
  line(text: string): boolean {
    const frame = lldbFrameLine(text);
    if (frame !== null) return this.frame(frame);
    const listing = LISTING.exec(text);
    if (listing !== null) {
      this.listing = listing[2] ?? null;
      return true;
    }
    const instruction = lldbInstructionLine(text, this.listing);
    if (instruction !== null)
      return this.disassembly.length < MAX_LISTED && this.disassembly.push(instruction) > 0;
    const register = lldbRegisterLine(text);
    if (register !== null) this.registers[register.name] ??= register.value;
    return register !== null;
  }

  private frame({ number, frame }: NonNullable<ReturnType<typeof lldbFrameLine>>): boolean {
    const { frames } = this.current;
    if (number === 0) frames.length = 0;
    else if (this.current.crashed) this.backtraced = true;
    if (number !== frames.length) return false;
    if (frames.length < MAX_FRAMES) frames.push(frame);
    else this.current.elided++;
    return true;
  }

  build(): FoundSession {
    const { cause, threads, registers, disassembly, from, to } = this;
    const { signal, code, address } = cause;
    const incomplete: string[] = [];
    if (threads[0]?.frames.length === 0) incomplete.push("the session shows no frame");
    else if (!this.backtraced) incomplete.push("the session shows no backtrace (bt), only where it stopped");
    if (Object.keys(registers).length === 0)
      incomplete.push("the session shows no registers (register read)");
    if (!disassembly.some((line) => line.current))
      incomplete.push("the session does not show the faulting instruction (disassemble)");
    const siginfo = partialSignal(signal, {
      code,
      codeName: code === null ? null : codeName(signal, code),
      address,
    });
    const capture = partialCapture({ siginfo, threads, registers, disassembly, incomplete });
    return { capture, from, to };
  }
}

/** What lldb showed, live or of a core file. */
export const lldb: Reader = {
  source: "lldb",
  title: "lldb",
  rank: "report",
  trigger:
    /stop reason = (?:signal SIG|EXC_|Fatal error|Precondition failed|Assertion failed|Swift runtime failure|hit program assert)/,
  read: (log) =>
    parseLldbSessions(log).map(({ capture, from, to }): Finding => {
      return {
        from,
        to,
        outcome: crashed(capture.siginfo.signal),
        known: { capture: { ...capture, stderr: "" } },
      };
    }),
};
