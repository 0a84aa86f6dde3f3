import { oneLine } from "../../../text/printable.js";
import { crashed, type Finding, type Reader } from "../finding.js";
import { lines, type Log } from "../log-line.js";
import { faultSignal, signalOfStatus } from "../stack/signal-words.js";
import { isEchoed, isSpecific, WAITER_FORMS } from "./forms.js";
import { isProse, isInSentence, isQuoted, saysNothing } from "./prose.js";

/** What a shell, a build tool, a test runner or a supervisor says of a process that it waited for. */
interface Word {
  /** Null where it says that it crashed and not of what. */
  readonly signal: string | null;
  /** The exit status that says so, where no signal is named. */
  readonly status: string | null;
  readonly program: string | null;
  readonly pid: string | null;
  readonly length: number;
  /** The line without its numbers. */
  readonly shape: string;
  /** Which form it is: who says it. */
  readonly form: number;
  readonly from: number;
  to: number;
}

const MAX_FOUND = 1000;
const MAX_LINE = 1500;
/** Lines between two who speak of one death. */
const MAX_APART = 12;
/** Between a test's failure and the list of all that failed. */
const MAX_ECHO = 2000;
const MAX_ECHOED = 100;

/** A line that none of these is in cannot be one. */
const MAY =
  /OutOfMemoryError|\bIOT |[Ff]ault|coredump|[Aa]bort|\bcode\b|OOMKill|[Ii]llegal |[Ff]loating.[Pp]oint|[Bb]us [Ee]rror|\b[Tt]rap\b|[Bb]ad system call|signal|status|[Ee]xit|ERROR|Error -?\d|errno|SIG[A-Z]{3}|dumped core|node down|crashed|core-dump|access violation|SEGFAULT|Exception|terminated|program termination|Wstat|return_?code|killed by|rc=|"rc"|LASTEXITCODE|\$\?|Received [SB]|ERRORLEVEL|OOM killer|FAILED/;
/** What asks a shell for the exit status of what it ran; the next line is the answer. */
const ASKS = /(?:echo "?\$(?:\?|status)"?|\$LASTEXITCODE|echo %ERRORLEVEL%)$/i;

/** ctest's and Boost's own words. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  "Segment Violation": "SIGSEGV",
  "Exception: SegFault": "SIGSEGV",
  SEGFAULT: "SIGSEGV",
  "Subprocess aborted": "SIGABRT",
  "Child aborted": "SIGABRT",
  ABORTED: "SIGABRT",
  "Exception: Illegal": "SIGILL",
  ILLEGAL: "SIGILL",
  "Exception: Numerical": "SIGFPE",
  NUMERICAL: "SIGFPE",
  "Exception: Bus error": "SIGBUS",
  "memory access violation": "SIGSEGV",
  "integer divide by zero": "SIGFPE",
};

/** Every death by a signal that the shell or the tool that ran the process reports. Of use where nobody else looked at it. */
export const exitStatus: Reader = {
  source: "exit-status",
  title: "the shell or tool that ran the program",
  rank: "status",
  trigger: MAY,
  read: (log) => deaths(words(log)).map(findingOf),
};

function words(log: Log): Word[] {
  const found: Word[] = [];
  let at = 0;
  let asked = -1;
  for (const raw of lines(log)) {
    const from = at++;
    // A headline of a document: it is underlined.
    const last = found.at(-1);
    if (last?.to === from && isUnderline(raw.trim(), last)) found.pop();
    const answers: boolean = asked === from;
    if (found.length >= MAX_FOUND || raw.length > MAX_LINE || !(answers || MAY.test(raw))) continue;
    const line = raw.trim();
    if (ASKS.test(line)) asked = at;
    const answer: boolean = answers && /^-?\d{1,10}$/.test(line);
    const word: Word | null = answer ? wordOf(`exit status ${line}`, from - 1) : wordOf(line, from);
    if (word === null) continue;
    word.to = at;
    found.push(word);
  }
  return found;
}

/** Of a line that a document has for a headline. A headline is as long as what stands below it; a line of a tool's is longer or shorter. */
function isUnderline(line: string, { shape, length }: Word): boolean {
  // What a list defines.
  if (/^: \S/.test(line)) return true;
  const rule = !shape.startsWith("=") && /^(?:={4,}|-{4,}|~{4,})$/.test(line);
  return rule && Math.abs(line.length - length) <= 4;
}

function wordOf(line: string, from: number): Word | null {
  if (saysNothing(line)) return null;
  for (const [form, pattern] of WAITER_FORMS.entries()) {
    const groups = pattern.exec(line)?.groups;
    if (groups === undefined) continue;
    const [signal, status] = groups["oom"] === undefined ? signalIn(groups) : ["SIGKILL", null];
    if (signal === null && groups["core"] === undefined) continue;
    if (isText(line, form, groups)) continue;
    const program = value(groups, "program");
    return {
      signal,
      status,
      program: program === null ? null : oneLine(program.trim(), 200),
      pid: value(groups, "pid"),
      length: line.length,
      shape: line.replace(/\d+/g, "0").replace(/\s+/g, " "),
      form,
      from,
      to: from + 1,
    };
  }
  return null;
}

/** Whether a text speaks of what somebody says. */
function isText(line: string, form: number, groups: Record<string, string | undefined>): boolean {
  const told = value(groups, "signal") ?? value(groups, "words") ?? value(groups, "status") ?? "";
  if (isQuoted(line, told) || (!isSpecific(form) && isProse(line, told))) return true;
  // A test's name may be a sentence.
  return !isEchoed(form) && isInSentence(line, told);
}

function value(groups: Record<string, string | undefined>, name: string): string | null {
  return groups[name] ?? groups[`${name}2`] ?? groups[`${name}3`] ?? null;
}

/** The signal that a line names, or that its exit status means, with the status. */
function signalIn(groups: Record<string, string | undefined>): [string | null, string | null] {
  const named = value(groups, "signal") ?? value(groups, "words");
  if (named !== null) return [OWN_WORDS[named] ?? faultSignal(named), null];
  const status = value(groups, "status");
  if (status !== null) return [signalOfStatus(status), status];
  const wait = value(groups, "wait");
  // The status of wait(2): the signal in its low bits, or an exit status of a shell in the next ones.
  if (wait === null) return [null, null];
  const low = Number(wait) & 0x7f;
  return [low === 0 ? signalOfStatus(String(Number(wait) >> 8)) : faultSignal(String(low)), null];
}

/** A shell, then make, then the CI system: each who tells of one death tells it once. */
function deaths(found: readonly Word[]): Word[][] {
  const groups: Word[][] = [];
  for (const word of found) {
    const last = groups.at(-1);
    if (last !== undefined && isSame(last, word)) last.push(word);
    else if (groups.slice(-MAX_ECHOED).some((group) => isEcho(group, word))) continue;
    else groups.push([word]);
  }
  return groups;
}

function isSame(group: readonly Word[], word: Word): boolean {
  const near = word.from - (group.at(-1)?.to ?? 0) <= MAX_APART;
  const agree = group.every(
    ({ signal }) => signal === null || word.signal === null || signal === word.signal,
  );
  const { pid } = word;
  if (pid !== null && group.some((other) => other.pid !== null)) {
    return near && agree && group.some((other) => other.pid === pid);
  }
  // Of an exit status it is not sure that it says the same once more; of a program that another form names it is.
  const again = group.some(
    ({ form, program, shape }) =>
      form === word.form &&
      (isSpecific(form) || shape === word.shape) &&
      (word.status === null || program !== word.program),
  );
  return near && agree && !again;
}

/** ctest, meson and their like list at the end what failed. */
function isEcho(group: readonly Word[], word: Word): boolean {
  return (
    word.program !== null &&
    isEchoed(word.form) &&
    group.some(
      ({ program, form, signal, shape, to }) =>
        program === word.program &&
        signal === word.signal &&
        (form !== word.form ? isEchoed(form) : shape === word.shape) &&
        word.from - to <= MAX_ECHO,
    )
  );
}

function findingOf(group: readonly Word[]): Finding {
  const [first] = group;
  const signal = group.find((word) => word.signal !== null)?.signal ?? null;
  const program = group.find((word) => word.program !== null)?.program ?? null;
  const status = group.every((word) => word.status !== null) ? (first?.status ?? null) : null;
  const notes = [`${said(signal, status, program)}: \`vivarium run\` shows where it comes from`];
  return {
    from: first?.from ?? 0,
    to: group.at(-1)?.to ?? 1,
    // Nobody names SIGKILL here but Kubernetes, of a container without memory left.
    outcome: { ...crashed(signal), ...(signal === "SIGKILL" ? ({ outOfMemory: true } as const) : {}) },
    program,
    known: { notes },
  };
}

function said(signal: string | null, status: string | null, program: string | null): string {
  const whose = program === null ? "" : ` of '${program}'`;
  if (signal === null)
    return `the log tells that a process${program === null ? "" : ` ('${program}')`} crashed, not by which signal`;
  if (status === null) return `the log tells the signal${whose} alone`;
  return `the log tells the exit status ${status}${whose} alone, which a shell gives for ${signal}`;
}
