export { signalName, signalNumber } from "../text/signal-name.js";

/** Signals that the processor's own complaint becomes; their si_addr is the fault's. */
export const FAULT_SIGNALS: ReadonlySet<string> = new Set([
  "SIGSEGV",
  "SIGBUS",
  "SIGILL",
  "SIGFPE",
  "SIGTRAP",
]);

const CODES: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  SIGILL: {
    1: "ILL_ILLOPC",
    2: "ILL_ILLOPN",
    3: "ILL_ILLADR",
    4: "ILL_ILLTRP",
    5: "ILL_PRVOPC",
    6: "ILL_PRVREG",
    7: "ILL_COPROC",
    8: "ILL_BADSTK",
  },
  SIGFPE: {
    1: "FPE_INTDIV",
    2: "FPE_INTOVF",
    3: "FPE_FLTDIV",
    4: "FPE_FLTOVF",
    5: "FPE_FLTUND",
    6: "FPE_FLTRES",
    7: "FPE_FLTINV",
    8: "FPE_FLTSUB",
  },
  SIGSEGV: { 1: "SEGV_MAPERR", 2: "SEGV_ACCERR", 3: "SEGV_BNDERR", 4: "SEGV_PKUERR" },
  SIGBUS: { 1: "BUS_ADRALN", 2: "BUS_ADRERR", 3: "BUS_OBJERR", 4: "BUS_MCEERR_AR", 5: "BUS_MCEERR_AO" },
  SIGTRAP: { 1: "TRAP_BRKPT", 2: "TRAP_TRACE", 3: "TRAP_BRANCH", 4: "TRAP_HWBKPT" },
  SIGSYS: { 1: "SYS_SECCOMP" },
};
const COMMON_CODES: Readonly<Record<number, string>> = {
  0: "SI_USER",
  128: "SI_KERNEL",
  [-1]: "SI_QUEUE",
  [-2]: "SI_TIMER",
  [-3]: "SI_MESGQ",
  [-4]: "SI_ASYNCIO",
  [-5]: "SI_SIGIO",
  [-6]: "SI_TKILL",
};

/** Name of a si_code (sigaction(2)): `SEGV_MAPERR`, `SI_TKILL`, or null. */
export function codeName(signal: string, code: number): string | null {
  return CODES[signal]?.[code] ?? COMMON_CODES[code] ?? null;
}

/** Signals that programs are debugged through rather than die of. */
export const PASSING_SIGNALS: ReadonlySet<string> = new Set([
  "SIGINT",
  "SIGURG",
  "SIGPIPE",
  "SIGCHLD",
  "SIGALRM",
  "SIGPROF",
  "SIGUSR1",
  "SIGUSR2",
  "SIGCONT",
  "SIGSTOP",
  "SIGTSTP",
  "SIGWINCH",
]);
