import { lines, unwrapped, type Log } from "./log-line.js";
import { oneLine } from "../../text/printable.js";
import { signalNumber } from "../signal.js";

/** What a shell, a build tool or a test runner says of a process that it waited for. */
export interface WaiterLine {
  readonly signal: string;
  /** What it was, as far as the line tells. */
  readonly program: string | null;
  readonly from: number;
  readonly to: number;
}

const MAX_FOUND = 1000;

/** strsignal(3)'s words for signals that a program dies of by its own fault, in lower case: zsh and Go write them so. */
const WORDS: Readonly<Record<string, string>> = {
  "segmentation fault": "SIGSEGV",
  "illegal instruction": "SIGILL",
  "floating point exception": "SIGFPE",
  "bus error": "SIGBUS",
  "trace/breakpoint trap": "SIGTRAP",
  "bad system call": "SIGSYS",
  aborted: "SIGABRT",
  abort: "SIGABRT",
};
/** As zsh and Go write them, and as the others do. */
const LOWER = Object.keys(WORDS).join("|");
const UPPER = Object.keys(WORDS)
  .map((words) => words.charAt(0).toUpperCase() + words.slice(1))
  .join("|");
const CORE = String.raw`(?: \(core dumped\))?`;

/** Each with the words or the signal, and maybe the program, as named groups. */
const FORMS: readonly RegExp[] = [
  // bash: `./ci.sh: line 3: 12345 Segmentation fault      (core dumped) ./a.out`
  new RegExp(
    String.raw`^(?:\S.{0,200}: line \d{1,7}: )? *\d{1,10} +(?<words>${UPPER})(?: +\(core dumped\))? {1,20}(?<program>\S.{0,500})$`,
  ),
  // sh and an interactive bash
  new RegExp(`^(?<words>${UPPER})${CORE}$`),
  // zsh: `zsh: segmentation fault (core dumped)  ./a.out`
  new RegExp(String.raw`^zsh: (?:\d{1,10} )?(?<words>${LOWER})${CORE} {2,20}(?<program>\S.{0,500})$`),
  // fish: Job 1, './a.out' terminated by signal SIGSEGV (Address boundary error)
  /^(?:fish: )?(?:Job \d{1,6}, )?'(?<program>[^']{1,500})' terminated by signal (?<signal>SIG[A-Z]{2,8}) \(/,
  // make: *** [Makefile:3: test] Segmentation fault (core dumped)
  new RegExp(
    String.raw`^make(?:\[\d{1,4}\])?: \*\*\* \[(?<program>[^\]]{1,500})\] (?<words>${UPPER})${CORE}$`,
  ),
  // Go's os/exec, through go run, go test and go generate
  new RegExp(String.raw`^(?:exit status: )?signal: (?<words>${LOWER})${CORE}$`),
  // cargo: `process didn't exit successfully: `…` (signal: 11, SIGSEGV: invalid memory reference)`
  /^.{0,500}process didn't exit successfully: `(?<program>[^`]{1,500})` \(signal: \d{1,2}, (?<signal>SIG[A-Z]{2,8}): /,
  // Python's subprocess: Command '['./a.out']' died with <Signals.SIGSEGV: 11>.
  /^.{0,200}Command '(?<program>.{1,500})' died with <Signals\.(?<signal>SIG[A-Z]{2,8}): \d{1,2}>\.$/,
  // systemd: `crash.service: Main process exited, code=dumped, status=11/SEGV`
  /^(?<program>\S{1,255}): Main process exited, code=(?:dumped|killed), status=\d{1,2}\/(?<systemd>[A-Z]{2,8})$/,
];
/** A line that none of these is in cannot be one. */
const MAY =
  /fault|aborted|illegal instruction|floating point|bus error|\btrap\b|bad system call|signal|status=/i;
/** Ends that are somebody's wish, not a fault. */
const WISHED = new Set(["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT"]);

/** Every line of a text in which somebody who waited for a process says that a signal ended it. Never throws, linear. */
export function parseWaiterLines(log: Log): WaiterLine[] {
  const found: WaiterLine[] = [];
  let at = 0;
  for (const raw of lines(log)) {
    const from = at++;
    if (found.length >= MAX_FOUND || !MAY.test(raw)) continue;
    const line = unwrapped(raw).trimEnd();
    const groups = FORMS.map((form) => form.exec(line)?.groups).find((match) => match !== undefined);
    const signal = groups === undefined ? null : signalOf(groups);
    if (groups === undefined || signal === null || WISHED.has(signal)) continue;
    const { program } = groups;
    found.push({
      signal,
      program: program === undefined ? null : oneLine(program.trim(), 200),
      from,
      to: at,
    });
  }
  return found;
}

function signalOf({ words, signal, systemd }: Record<string, string | undefined>): string | null {
  const name = words === undefined ? (signal ?? `SIG${systemd}`) : (WORDS[words.toLowerCase()] ?? "");
  return signalNumber(name) === null ? null : name;
}
