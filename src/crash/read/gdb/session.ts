import { crashed, type Finding, type Reader } from "../finding.js";
import { lines, type Log } from "../log-line.js";
import { signalNumber, PASSING_SIGNALS } from "../../signal.js";
import { partialSignal } from "../partial-capture.js";
import { faultSignal } from "../stack/signal-words.js";
import { frameLine, isWholeFrame } from "./line.js";
import { Stop, type FoundSession, type StopHead } from "./stop.js";

const MAX_SESSIONS = 200;
/** After so many lines that are not gdb's the log is about something else. */
const MAX_STRAY = 2000;
/** Lines that one frame may be broken into. */
const MAX_BROKEN = 16;
/** Between a stack that was asked for first and the word of the signal. */
const MAX_AFTER = 60;

const RECEIVED =
  /^(?:Program|Process|Thread (\d{1,6}(?:\.\d{1,6})?)(?: \[[^\]]{0,64}\])?(?: "([^"]{0,64})")?) (?:received|terminated with) signal (SIG[A-Z0-9+]{1,12}|EXC_[A-Z_]{3,30}|\d{1,2}|\?), ([A-Z?][^.]{0,80})\.?$/;
/** KDE's DrKonqi. */
const DRKONQI =
  /^Application: .{1,200}, [Ss]ignal: ([A-Z][A-Za-z -]{3,40})(?: \((SIG[A-Z]{2,6}|\d{1,2})\))?$/;
/** gdb looks at a program that runs, and lets it go: its stack is no crash's. */
const ATTACHED =
  /^(?:Attaching to (?:process|program)\b|(?:\S{0,60}[$#%>] ?|\+ ?)?(?:sudo )?(?:gdb|gstack|pstack|eu-stack)(?: \S{1,200})*? (?:-p|--pid|attach)[ =]?\d|(?:\S{0,60}[$#%>] ?|\+ ?)?(?:sudo )?(?:gstack|pstack) \d)/;
const DETACHED =
  /^(?:\[Inferior \d+ \(.*\) detached\]|Detaching from (?:program|process)\b|Detached from process \d)/;
/** ROOT asks gdb for the stack from within its handler. */
const ROOT = /^\*\*\* Break \*\*\* ([a-z][a-z -]{3,40})$/;
/** gef's own backtrace. */
const GEF_FRAME = /^\[#(\d{1,4})\] (0x[0-9a-f]{1,16}) \u2192 (\S.{0,300}?)\((.{0,300})\)$/;
const GEF_STOP =
  /^\[#\d{1,4}\] Id \d{1,6}, (?:Name: "[^"]{0,64}", )?stopped .{0,200}reason: (SIG[A-Z]{2,6})$/;
/** `info program`. */
const INFO_PROGRAM = /^It stopped at signal (SIG[A-Z]{2,6}), [A-Z][a-z ]{2,40}\.$/;
const CONTINUED =
  /^(?:Continuing\.|Starting program: |(?:Thread \d{1,6}.{0,80} hit )?(?:Temporary )?[Bb]reakpoint \d+, |(?:Hardware )?(?:(?:read|access \(read\/write\)) )?[Ww]atchpoint \d+: |Catchpoint \d+ \(|\[Inferior \d+ \(.*\) (?:exited|killed))/;
/** Another's report of another crash: its frames are not gdb's. */
const OTHERS =
  /^(?:={2}\d{1,10}={2} ?(?:ERROR|WARNING): \w|WARNING: ThreadSanitizer: |panic: |goroutine \d{1,15} \[|thread '[^']{1,100}'.{0,30} panicked at |# A fatal error has been detected by |Fatal Python error: )/;
const PROMPT =
  /^(?:\((?:gdb|rr|udb|gdb-multiarch)\) ?|gdb(?:-peda)?\$ ?|pwndbg> ?|gef(?:➤|>) {0,2}|-{2,3}Type <(?:return|RET)> .{1,60}?(?:---|--))+/;
/** What the reader of the log typed, or gdb's page. */
const FRAME = /^(?:#\d{1,6} {1,4}|0x[0-9a-f]{1,16} in )\S/;

/**
 * The crashes in what a person pasted of a gdb session: `bt`, `bt full`, `thread apply all bt`, `info registers`, `disas`, `x/i`,
 * `p $_siginfo`, `info sharedlibrary`, `info proc mappings`, in any order and with parts left out, also of a stack alone, whose signal nobody
 * tells. Never throws, linear. What the session does not show is named in `incomplete`.
 */
export function parseGdbSessions(log: Log): FoundSession[] {
  const reader = new SessionReader();
  for (const line of lines(log)) reader.read(line);
  return reader.end();
}

class SessionReader {
  private readonly found: FoundSession[] = [];
  private stop: Stop | null = null;
  /** The last one, while the program has not gone on. */
  private bare: Stop | null = null;
  private number = 0;
  /** A frame whose line goes on in the next ones. */
  private open: { text: string; parts: number; from: number } | null = null;
  /** The program stands at a breakpoint or was interrupted: a stack of it is no crash's. */
  private paused = false;

  read(raw: string): void {
    const at = this.number++;
    const text = raw.trim().replace(PROMPT, "").trim().replace(GEF_FRAME, "#$1  $2 in $3 ($4)");
    if (text === "") return this.flush();
    const head = headOf(text, at);
    if (head !== null) return this.begin(head);
    if (this.stop?.isEmpty === false && OTHERS.test(text)) {
      this.flush();
      this.close();
      return;
    }
    if (ATTACHED.test(text) || DETACHED.test(text)) {
      // Of a process that was attached to only a signal tells of a crash.
      this.flush();
      if (this.stop?.signal === null) this.stop = null;
      this.close();
      this.paused = true;
      return;
    }
    if (CONTINUED.test(text)) {
      this.flush();
      this.close();
      this.bare = null;
      this.paused = /[Bb]reakpoint|[Ww]atchpoint|[Cc]atchpoint/.test(text);
      return;
    }
    if (this.continues(text)) return;
    this.flush();
    if (this.begins(text)) this.open = { text, parts: 1, from: at };
    else if (this.stop !== null) this.other(text, this.stop);
  }

  end(): FoundSession[] {
    this.flush();
    this.close();
    return this.found;
  }

  private begin(head: Head): void {
    this.flush();
    this.close();
    this.paused = head.passing;
    if (!head.passing) this.stop = new Stop(head);
  }

  private begins(text: string): boolean {
    if (FRAME.test(text)) return this.stop !== null || (!this.paused && isBareFrame(text));
    return this.stop !== null && /^\S.{0,200} \(.{0,400}\) at \S+:\d+$/.test(text);
  }

  private other(text: string, stop: Stop): void {
    if (stop.line(text)) stop.to = this.number;
    else if (this.number - stop.to > MAX_STRAY) this.close();
  }

  /** gdb breaks a frame's line between arguments and before `at`, and mail breaks it anywhere; with `bt full` locals follow. */
  private continues(text: string): boolean {
    const { open } = this;
    if (open === null || FRAME.test(text) || open.parts >= MAX_BROKEN || open.text.length > 4096)
      return false;
    const placed = /^(?:at|from) \S/.test(text);
    if (!placed && isWholeFrame(open.text)) return false;
    if (/^(?:No locals\.|No symbol table|Thread \d|\[|warning: )/.test(text)) return false;
    open.text += ` ${text}`;
    open.parts++;
    return true;
  }

  private flush(): void {
    const { open } = this;
    this.open = null;
    if (open === null) return;
    const parsed = frameLine(open.text);
    if (this.stop === null) {
      if (parsed === null) return;
      this.stop = new Stop({ signal: null, thread: null, name: null, at: open.from });
    }
    if (parsed !== null) this.stop.frame(parsed.number, parsed.frame);
    this.stop.to = open.from + open.parts;
  }

  private close(): void {
    const { stop, bare } = this;
    this.stop = this.open = this.bare = null;
    if (stop === null) return;
    // The stack was pasted before the word of its signal.
    const told = bare !== null && stop.isEmpty && bare.isOf(stop, MAX_AFTER) ? bare : null;
    if (told !== null) {
      this.found.pop();
      told.signal = stop.signal;
      told.to = stop.to;
    }
    const session = this.found.length < MAX_SESSIONS ? (told ?? stop).build() : null;
    if (session === null) return;
    this.found.push(session);
    this.bare = told ?? stop;
  }
}

/** Where the program stopped, and whether at a signal that programs are debugged through. */
type Head = StopHead & { readonly passing: boolean };

/** A line that says by which signal the program stopped or ended. */
function headOf(text: string, at: number): Head | null {
  const received = RECEIVED.exec(text);
  if (received !== null) return receivedHead(received, at);
  const stopped = (GEF_STOP.exec(text) ?? INFO_PROGRAM.exec(text))?.[1];
  const konqi = text.startsWith("Application: ") ? DRKONQI.exec(text) : null;
  const root = text.startsWith("*** Break") ? ROOT.exec(text)?.[1] : undefined;
  const word = stopped ?? root ?? konqi?.[2] ?? konqi?.[1];
  const signal = word === undefined ? null : faultSignal(word);
  return signal === null ? null : { signal, thread: null, name: null, at, passing: false };
}

function receivedHead([, thread, name, signal = "", words = ""]: RegExpExecArray, at: number): Head {
  const real = signalNumber(signal) === null || PASSING_SIGNALS.has(signal) ? null : signal;
  const known = faultSignal(signal) ?? faultSignal(words) ?? real;
  return {
    signal: known,
    thread: thread ?? null,
    name: name ?? null,
    at,
    passing: known === null && signal !== "?",
  };
}

/** Frame 0 of a stack that stands alone, in a form that is gdb's and nobody else's. */
function isBareFrame(text: string): boolean {
  if (!/^#[01] {1,4}(?:0x[0-9a-f]{1,16} in )?\S/.test(text)) return false;
  // A sanitizer's has a module in its brackets.
  const called = / \((?:\)|\.\.\.\)|[\w@#<>:*]{1,100}=)/.test(text);
  return called && (/^#\d {1,4}0x[0-9a-f]{1,16} in \S/.test(text) || /\) at \S.{0,500}:\d{1,9}$/.test(text));
}

/** What gdb showed, live or of a core file. */
export const gdb: Reader = {
  source: "gdb",
  title: "gdb",
  rank: "report",
  trigger: /signal (?:SIG|EXC_|\d|\?)|#[01] +(?:0x[0-9a-f]+ in )?\S.* \(|[Ss]ignal: [A-Z]|reason: SIG/,
  read: (log) => parseGdbSessions(log).map(findingOf),
};

function findingOf({ capture, signal, from, to }: FoundSession): Finding {
  const known = { capture: { ...capture, stderr: "" } };
  if (signal !== null) return { from, to, outcome: crashed(signal), known };
  const notes = ["the log does not tell the signal", ...capture.incomplete];
  const { threads, registers, disassembly, mappings, libraries } = capture;
  const evidence = { threads, registers, disassembly, mappings, libraries };
  const withSignal = (told: string): Finding =>
    findingOf({ capture: { ...capture, siginfo: partialSignal(told) }, signal: told, from, to });
  return { from, to, outcome: crashed(null), known: { notes }, evidence, withSignal };
}
