import { signalName, signalNumber } from "../../signal.js";

/** strsignal(3)'s words and their like in lower case. */
const WORDS: Readonly<Record<string, string>> = {
  "segmentation fault": "SIGSEGV",
  "memory fault": "SIGSEGV",
  "segmentation violation": "SIGSEGV",
  "invalid memory reference": "SIGSEGV",
  "access violation": "SIGSEGV",
  "segmentation error": "SIGSEGV",
  "bad pointer dereference": "SIGSEGV",
  "invalid memory access": "SIGSEGV",
  "illegal storage access": "SIGSEGV",
  "illegal instruction": "SIGILL",
  "illegal hardware instruction": "SIGILL",
  "illegal operation": "SIGILL",
  "floating point exception": "SIGFPE",
  "floating-point exception": "SIGFPE",
  "arithmetic exception": "SIGFPE",
  "erroneous arithmetic operation": "SIGFPE",
  "bus error": "SIGBUS",
  "trace/breakpoint trap": "SIGTRAP",
  "trace trap": "SIGTRAP",
  "bad system call": "SIGSYS",
  aborted: "SIGABRT",
  abort: "SIGABRT",
  "abort trap": "SIGABRT",
  "abnormal termination": "SIGABRT",
  // zsh's for SIGIOT, which is SIGABRT
  "iot instruction": "SIGABRT",
  "iot trap": "SIGABRT",
};
/** macOS' exceptions, Windows' by name and number, and words of runtimes that no shell says. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  EXC_BAD_ACCESS: "SIGSEGV",
  EXC_BAD_INSTRUCTION: "SIGILL",
  EXC_ARITHMETIC: "SIGFPE",
  EXC_BREAKPOINT: "SIGTRAP",
  EXC_CRASH: "SIGABRT",
  // GraalVM's native images
  segfault: "SIGSEGV",
  // Intel's Fortran runtime
  "floating divide by zero": "SIGFPE",
  "floating invalid": "SIGFPE",
  "floating overflow": "SIGFPE",
  "floating underflow": "SIGFPE",
  "floating exception": "SIGFPE",
  "integer divide by zero": "SIGFPE",
  "integer overflow": "SIGFPE",
  "stack overflow": "SIGSEGV",
  "abort trap signal": "SIGABRT",
  // Free Pascal's
  EAccessViolation: "SIGSEGV",
  EStackOverflow: "SIGSEGV",
  EBusError: "SIGBUS",
  EPrivilege: "SIGILL",
  EDivByZero: "SIGFPE",
  "runtime error 200": "SIGFPE",
  "runtime error 216": "SIGSEGV",
  EXCEPTION_ACCESS_VIOLATION: "SIGSEGV",
  EXCEPTION_ACCESS_VIOLATION_READ: "SIGSEGV",
  EXCEPTION_ACCESS_VIOLATION_WRITE: "SIGSEGV",
  EXCEPTION_ACCESS_VIOLATION_EXEC: "SIGSEGV",
  EXCEPTION_IN_PAGE_ERROR: "SIGBUS",
  EXCEPTION_BREAKPOINT: "SIGTRAP",
  EXCEPTION_PRIV_INSTRUCTION: "SIGILL",
  EXCEPTION_FLT_DIVIDE_BY_ZERO: "SIGFPE",
  EXCEPTION_STACK_OVERFLOW: "SIGSEGV",
  EXCEPTION_ILLEGAL_INSTRUCTION: "SIGILL",
  EXCEPTION_INT_DIVIDE_BY_ZERO: "SIGFPE",
  "0xc0000005": "SIGSEGV",
  "0xc00000fd": "SIGSEGV",
  "0xc000001d": "SIGILL",
  "0xc0000094": "SIGFPE",
  "0xc0000095": "SIGFPE",
  "0x80000003": "SIGTRAP",
  "0xc0000409": "SIGABRT",
  // a corrupted heap, and a failed assertion
  "0xc0000374": "SIGABRT",
  "0xc0000420": "SIGABRT",
};

/** Ends that are somebody's wish, not a fault. */
const WISHED = new Set([
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  "SIGKILL",
  "SIGPIPE",
  "SIGQUIT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGALRM",
  "SIGCHLD",
  "SIGCONT",
  "SIGSTOP",
  "SIGTSTP",
]);

/** What strsignal and shells write of a fault's signal, for expressions: lower case. */
export const SIGNAL_WORDS = Object.keys(WORDS)
  .sort((a, b) => b.length - a.length)
  .join("|");

/**
 * The fault's signal that a word names: `SIGSEGV`, `SEGV`, `11`, `-11`, `Segmentation fault`, `EXC_BAD_ACCESS`, `0xc0000005`. Null for anything
 * else, and for signals that are somebody's wish.
 */
export function faultSignal(word: string): string | null {
  const text = word.trim().replace(/[.,;:!]+$/, "");
  const named =
    WORDS[text.toLowerCase()] ??
    EXCEPTIONS[text] ??
    EXCEPTIONS[text.toLowerCase()] ??
    EXCEPTIONS[`0x${text.toLowerCase()}`] ??
    known(text);
  return named === null || WISHED.has(named) ? null : named;
}

function known(text: string): string | null {
  const number = /^-?(\d{1,2})$/.exec(text)?.[1];
  const name =
    number === undefined ? `SIG${text.replace(/^SIG/, "").toUpperCase()}` : signalName(Number(number));
  return signalNumber(name) === null || /^SIG\d/.test(name) ? null : name;
}

/** The signal of an exit status of a shell (139), of Python (-11) or of Windows; null for any other. */
export function signalOfStatus(status: string): string | null {
  const number = Number(status);
  if (!Number.isInteger(number)) return null;
  if (number > 128 && number < 128 + 32) return faultSignal(String(number - 128));
  if (number < 0 && number > -32) return faultSignal(String(-number));
  const unsigned = number < 0 ? number + 0x100000000 : number;
  return unsigned >= 0x80000000 && unsigned <= 0xffffffff ? faultSignal(`0x${unsigned.toString(16)}`) : null;
}
