import type { GoTrace, Goroutine } from "../../evidence.js";
import { oneLine } from "../../../text/printable.js";
import { signalName, signalNumber } from "../../signal.js";

const MAX_MESSAGE = 400;

/** The first line of a Go trace, or a further one of another thread. */
export interface Head {
  readonly kind: GoTrace["kind"];
  /** `panic: …`, `fatal error: …` or `SIGSEGV: segmentation violation`. */
  readonly message: string;
  /** A panic that was raised while another was being dealt with: indented by a tab. */
  readonly nested: boolean;
  /** A handler says that it saw it: if the program then dies, Go itself tells of it. */
  readonly observed: boolean;
  /** It stands within a line of a logger's: without a stack behind it nothing says that the process ended. */
  readonly inline?: true;
}

const HEAD =
  /^(?:(panic: )|(fatal error: |fatal: (?=morestack|bad g|systemstack|no g))|(SIG[A-Z0-9]{2,8}: [a-z][a-z -]*$|Exception 0x[0-9a-f]{8} 0x[0-9a-f]{1,16} 0x[0-9a-f]{1,16} 0x[0-9a-f]{1,16}$))/;

/** Parses the first line of a trace: `line` without its indentation. */
export function headLine(text: string, nested: boolean): Head | null {
  // What the terminal shows of Ctrl-\.
  const line = text.startsWith("^\\") ? text.slice(2) : text;
  const match = HEAD.exec(line);
  if (match === null) return null;
  const kind = match[1] ? "panic" : match[2] ? "fatal" : "signal";
  if (nested && kind !== "panic") return null;
  const message = line.replace(/ \[recovered(?:, repanicked)?\]$/, "");
  return { kind, message: oneLine(message, MAX_MESSAGE), nested, observed: false };
}

const OBSERVED = /^Observed a panic: (?:"[^"]*" \((.{1,400})\)|"?(.{1,400}?)"?)$/;
const KLOG =
  /^F(?:\d{4})?\d{4} \d\d:\d\d:\d\d\.\d{1,6} +\d{1,10} [\w./-]{1,200}\.go:\d{1,7}\] (\S.{0,1000})$/;

/**
 * What loggers write over a stack: Kubernetes' handler of panics, which panics once more in most programs, and klog's fatal lines. Of a
 * program's own end only a log tells in these words.
 */
export function loggedHeadLine(line: string): Head | null {
  const observed = OBSERVED.exec(line);
  if (observed !== null)
    return {
      kind: "panic",
      message: oneLine(`panic: ${observed[1] ?? observed[2]}`, MAX_MESSAGE),
      nested: false,
      observed: true,
    };
  const fatal = KLOG.exec(line);
  if (fatal === null) return inlineHead(line);
  return { kind: "fatal", message: oneLine(fatal[1] ?? "", MAX_MESSAGE), nested: false, observed: false };
}

const INLINE = /^\S.{0,160}?[ :=]["'`]?((?:panic: |fatal error: )\S.{0,1000})$/;

/** `runner: helper wrote: panic: …`: the first line of a program's output stands behind a logger's own words. */
function inlineHead(line: string): Head | null {
  const text =
    line.includes("panic: ") || line.includes("fatal error: ") ? INLINE.exec(line)?.[1] : undefined;
  const head = text === undefined || /recover|^\d{1,7}[:-]/i.test(line) ? null : headLine(text, false);
  return head === null ? null : { ...head, inline: true };
}

/** First lines that Go writes and few others do: alone they say that a Go program died. */
const TELLING =
  /^(?:panic: runtime error: |panic: test timed out after |fatal error: (?:all goroutines are asleep|no goroutines|concurrent map|unexpected signal during|stack overflow|runtime: |out of memory|sync: |checkptr: |malloc|sweep|bad |found bad pointer|workbuf|missing stackmap|schedule: |self-preempt|morestack|gc|unknown caller pc|newproc|cgo |invalid )|fatal: |SIG(?:SEGV: segmentation violation|BUS: bus error|ABRT: abort|FPE: floating-point exception|ILL: illegal instruction|TRAP: trace trap|SYS: bad system call)$)/;

/** Whether a first line without a stack is a trace all the same. */
export function tellsAlone(message: string): boolean {
  return TELLING.test(message);
}

/** Windows' exceptions under the names of the signals that Go makes of them (runtime/signal_windows.go). */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  c0000005: "SIGSEGV",
  c00000fd: "SIGSEGV",
  c000001d: "SIGILL",
  c0000094: "SIGFPE",
  c0000095: "SIGFPE",
  "80000003": "SIGTRAP",
};

/** The signal of a first line `SIGSEGV: …` or `Exception 0xc0000005 …`; null where it names none. */
export function headSignal(message: string): string | null {
  const exception = /^Exception 0x([0-9a-f]{8}) /.exec(message)?.[1];
  if (exception !== undefined) return EXCEPTIONS[exception] ?? `0x${exception}`;
  const name = message.slice(0, message.indexOf(":"));
  return signalNumber(name) === null ? null : name;
}

type Signal = NonNullable<GoTrace["signal"]>;

const BRACKETED =
  /^\[signal (?:(SIG[A-Z0-9]{2,8}): [^\]]*?|0x([0-9a-f]{1,8}) ?|(\d{1,2}) ?)code=(-?0x[0-9a-f]+|-?\d+)(?: addr=(0x[0-9a-f]+))?(?: pc=(0x[0-9a-f]+))?\]/;

/** `[signal SIGSEGV: segmentation violation code=0x1 addr=0xe5 pc=0x…]`, and `[signal 0xb code=…` of Go <= 1.6. */
export function signalLine(line: string): Signal | null {
  const match = BRACKETED.exec(line);
  if (match === null) return null;
  const [, name, hex, decimal, code, address, pc] = match;
  return {
    name:
      name ??
      EXCEPTIONS[hex ?? ""] ??
      signalName(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
    code: hexOf(code),
    address: hexOf(address),
    pc: hexOf(pc),
    duringCgo: false,
  };
}

/** `PC=0x49b5a1 m=0 sigcode=1 addr=0x0`, after `SIGSEGV: segmentation violation`. */
export function pcLine(line: string): Pick<Signal, "pc" | "code" | "address"> | null {
  const match =
    /^PC=(0x[0-9a-f]{1,16})(?: m=-?\d{1,9})?(?: sigcode=(-?\d{1,20}))?(?: addr=(0x[0-9a-f]{1,16}))?$/.exec(
      line,
    );
  if (match === null) return null;
  return { pc: hexOf(match[1]), code: hexOf(match[2]), address: hexOf(match[3]) };
}

/** Any spelling of a number that Go prints -> lower-case hex of its 64 bits. */
function hexOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  const negative = text.startsWith("-");
  const value = BigInt.asUintN(64, BigInt(negative ? text.slice(1) : text));
  return `0x${BigInt.asUintN(64, negative ? -value : value).toString(16)}`;
}

/** A goroutine's header; `thread` is the number of Go's M where it is printed (Go >= 1.22), else null. */
export interface Header extends Pick<Goroutine, "id" | "state" | "lockedToThread" | "waitMinutes"> {
  readonly thread: string | null;
}

const HEADER =
  /^goroutine (\d{1,15})(?: gp=(?:0x[0-9a-f]{1,16}|nil))?(?: m=(\d{1,9}|nil|<nil>))?(?: mp=(?:0x[0-9a-f]{1,16}|nil|<nil>))? \[([^\]]{1,200})\](?: ?\{.{0,1000}\})?:$/;

/** `goroutine 1 gp=0xc000002380 m=0 mp=0x5a2b80 [syscall, 3 minutes, locked to thread]:` */
export function headerLine(line: string): Header | null {
  const match = HEADER.exec(line);
  if (match === null) return null;
  const [state = "", ...rest] = (match[3] ?? "").split(", ");
  const minutes = rest.map((word) => /^(\d{1,9}) minutes$/.exec(word)?.[1]).find((m) => m !== undefined);
  return {
    id: Number(match[1]),
    state,
    lockedToThread: rest.includes("locked to thread"),
    waitMinutes: minutes === undefined ? null : Number(minutes),
    thread: match[2] !== undefined && /^\d/.test(match[2]) ? match[2] : null,
  };
}

/** `created by main.main in goroutine 1` (the last part since Go 1.21). */
export function createdByLine(line: string): { function: string; goroutine: number | null } | null {
  const match = /^created by (\S{1,512})(?: in goroutine (\d{1,15}))?$/.exec(line);
  if (match === null) return null;
  return { function: match[1] ?? "", goroutine: match[2] === undefined ? null : Number(match[2]) };
}

/** `...additional frames elided...`: null count; `...23 frames elided...`: 23. */
export function elidedLine(line: string): { count: number | null } | null {
  const match = /^\.\.\.(?:additional|(\d{1,9})) frames elided\.\.\.$/.exec(line);
  if (match === null) return null;
  return { count: match[1] === undefined ? null : Number(match[1]) };
}
