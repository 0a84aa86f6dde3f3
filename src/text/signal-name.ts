/** Linux on x86-64 (signal(7)); the array's index is the number. */
const NAMES: readonly (string | null)[] = [
  null,
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGILL",
  "SIGTRAP",
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGKILL",
  "SIGUSR1",
  "SIGSEGV",
  "SIGUSR2",
  "SIGPIPE",
  "SIGALRM",
  "SIGTERM",
  "SIGSTKFLT",
  "SIGCHLD",
  "SIGCONT",
  "SIGSTOP",
  "SIGTSTP",
  "SIGTTIN",
  "SIGTTOU",
  "SIGURG",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGVTALRM",
  "SIGPROF",
  "SIGWINCH",
  "SIGIO",
  "SIGPWR",
  "SIGSYS",
];

/** glibc keeps the kernel's first two real-time signals for itself. */
const SIGRTMIN = 34;
const SIGRTMAX = 64;

/**
 * Name of a Linux x86-64 signal: `SIGSEGV`, `SIGRTMIN+3`. Real-time signals count from glibc's SIGRTMIN (34); the two
 * below it, which C libraries use for cancellation, have no name: `SIG32`, `SIG33`.
 */
export function signalName(number: number): string {
  const name = NAMES[number];
  if (name) return name;
  if (number === SIGRTMIN) return "SIGRTMIN";
  if (number === SIGRTMAX) return "SIGRTMAX";
  if (number > SIGRTMIN && number < SIGRTMAX) return `SIGRTMIN+${number - SIGRTMIN}`;
  return `SIG${number}`;
}

/** Number of a signal by its name (`SIGSEGV`, `SIGRTMIN+3`, gdb's `SIG35`), or null. */
export function signalNumber(name: string): number | null {
  const known = NAMES.indexOf(name);
  if (known > 0) return known;
  if (name === "SIGRTMIN") return SIGRTMIN;
  if (name === "SIGRTMAX") return SIGRTMAX;
  const realTime = /^SIGRTMIN\+(\d{1,2})$/.exec(name);
  if (realTime) return SIGRTMIN + Number(realTime[1]);
  const plain = /^SIG(\d{1,2})$/.exec(name);
  return plain ? Number(plain[1]) : null;
}
