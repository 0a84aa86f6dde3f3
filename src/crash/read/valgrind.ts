import type { SanitizerFrame, SanitizerReport } from "../evidence.js";
import { trimmedHex } from "./hex.js";
import { crashed, type Finding, type Reader } from "./finding.js";
import { lines, type Log } from "./log-line.js";
import { oneLine } from "../../text/printable.js";
import { FAULT_SIGNALS, signalName } from "../signal.js";
import {
  partialCapture,
  partialFrame,
  partialReport,
  partialSignal,
  partialThread,
  type PartialCapture,
} from "./partial-capture.js";
import { baseName } from "../source-place.js";

/** What valgrind says of a program: an error that a tool of it found, or the signal that ended the program. */
export type FoundValgrind = { readonly from: number; readonly to: number } & (
  | { readonly kind: "error"; readonly report: SanitizerReport }
  | { readonly kind: "end"; readonly capture: PartialCapture }
);

const MAX_FOUND = 1000;
const MAX_FRAMES = 64;
const MAX_STACKS = 6;
const MAX_PROCESSES = 64;

/** `==1234== `, with --time-stamp=yes `==00:00:00:01.234 1234== `; `--1234-- ` and `**1234** ` are valgrind's own. */
const PREFIX = /^==(?:[\d:.]{8,20} )?(\d{1,10})==(?: |$)/;
/** The tool's first line: `Memcheck, a memory error detector`. */
const TOOL = /^([A-Z][A-Za-z]{2,19}), an? [a-z- ]{4,60}$/;
const END = /^Process terminating with default action of signal (\d{1,2}) /;
/** Of other signals it is that of valgrind's own translation of the code. */
const END_ADDRESS = /mapped region at address (0x[0-9A-Fa-f]{1,16})$/;
const FRAME = /^ {0,4}(?:at|by) (0x[0-9A-Fa-f]{1,16}): (\S.{0,1000})$/;
/** What heads a further stack, indented by one: `Address 0x… is 8 bytes inside a block of size 24 free'd`, `Block was alloc'd at`. */
const TITLE =
  /^ (\S.{0,500})$|^((?:Address 0x|Access not within|Bad permissions|Block was alloc|Uninitialised value was created|General Protection Fault|If you believe|overflow in your program|possible\), you can|main thread stack).{0,480})$/;
const ADDRESS = /^Address (0x[0-9A-Fa-f]{1,16}) is/;
/** What Helgrind says of a thread itself (`Thread #2: Exiting thread still holds 1 lock`) is an error. */
const THREAD = /^Thread #?(\d{1,6})\b(?!: \S)/;

/** An error or an end whose lines are being read. */
interface Draft {
  readonly from: number;
  to: number;
  readonly signal: number | null;
  readonly report: SanitizerReport;
  readonly addresses: string[];
  readonly thread: number;
  stack: SanitizerFrame[] | null;
}

/** What is known of one process: children write among each other's lines. */
interface Process {
  /** The last line that may head an error, and where. */
  head: { readonly text: string; readonly at: number } | null;
  thread: number;
  draft: Draft | null;
}

/** Every error and every deadly signal that valgrind tells of in a text. Never throws, linear. */
export function parseValgrind(log: Log): FoundValgrind[] {
  const found: FoundValgrind[] = [];
  const processes = new Map<string, Process>();
  const close = (process: Process): void => {
    if (process.draft !== null && found.length < MAX_FOUND) found.push(built(process.draft));
    process.draft = null;
  };
  let at = 0;
  for (const raw of lines(log)) {
    const number = at++;
    if (!raw.includes("==")) continue;
    const line = raw.trimStart();
    const prefix = PREFIX.exec(line);
    if (prefix === null) continue;
    const [lead, pid = ""] = prefix;
    let process = processes.get(pid);
    if (process === undefined) {
      if (processes.size >= MAX_PROCESSES) continue;
      processes.set(pid, (process = { head: null, thread: 1, draft: null }));
    }
    read(process, line.slice(lead.length).trimEnd(), number, close);
  }
  for (const process of processes.values()) close(process);
  return found.sort((a, b) => a.from - b.from);
}

function read(process: Process, line: string, at: number, close: (process: Process) => void): void {
  const frame = FRAME.exec(line);
  if (frame !== null) {
    if (process.head !== null) process.draft ??= error(process, process.head);
    if (process.draft !== null) take(process.draft, frame, at);
  } else if (!belongs(process.draft, line, at)) {
    close(process);
    begin(process, line, at);
  }
}

/** Whether a line that is no frame is part of the message that is being read, or of none; takes what it says. */
function belongs(draft: Draft | null, line: string, at: number): boolean {
  const title = TITLE.exec(line);
  if (title !== null) {
    if (draft !== null) note(draft, title[1] ?? title[2] ?? "", at);
    return true;
  }
  if (line === "") {
    if (draft !== null) draft.stack = null;
    return true;
  }
  // Helgrind says so between an error and its stack.
  if (line.startsWith("Locks held")) return true;
  if (draft === null) return false;
  // What more is said of the signal before its stack: `Stack overflow in thread #1: can't grow stack to 0x…`.
  if (draft.signal !== null && draft.report.frames.length === 0) return true;
  // Of the two stacks of a race the second comes after an empty line; DRD's says where the other thread's segment lies.
  if (
    !/^(?:This conflicts with|Allocation context: |Other segment (?:start|end) |\w{3,20} 0x[0-9a-f]{1,16} was first observed at:)/.test(
      line,
    )
  )
    return false;
  note(draft, line, null);
  return true;
}

/** A line that may head a message. */
function begin(process: Process, line: string, at: number): void {
  process.head = null;
  const end = END.exec(line);
  const thread = THREAD.exec(line);
  if (end !== null) process.draft = draft(process, { text: line, at }, Number(end[1]));
  else if (TOOL.test(line)) return;
  else if (thread !== null) process.thread = Number(thread[1]);
  else process.head = { text: line, at };
}

function draft(process: Process, { text, at }: { text: string; at: number }, signal: number | null): Draft {
  const { thread } = process;
  const tool = toolOf(text);
  // A thread is named for the next message alone.
  process.thread = 1;
  const report = partialReport({ tool, kind: oneLine(text, 120), message: oneLine(text, 500) });
  return { from: at, to: at + 1, signal, report, addresses: [], thread, stack: report.frames };
}

/** The tools' own errors: those of memcheck, the commonest, have no mark. */
const TOOLS: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:Possible data race|Thread #\d+(?:'s|:)|Thread #\d+: (?:lock order|Exiting thread))|^lock order|^Observed \(incorrect\) order/,
    "Helgrind",
  ],
  [
    /^Conflicting (?:load|store)|^Destroying (?:locked|an) |^Mutex |^Recursive locking|^Probably a race condition/,
    "DRD",
  ],
];

/** Whose error it is, by its words: each record of a log has to say it by itself. */
function toolOf(text: string): string {
  return TOOLS.find(([pattern]) => pattern.test(text))?.[1] ?? "Memcheck";
}

/** `Invalid read of size 8` and its like; what differs from run to run is no part of its kind. */
function error(process: Process, head: { text: string; at: number }): Draft {
  const made = draft(process, head, null);
  const { report } = made;
  const access = /\b(read|write) of size (\d{1,12})/i.exec(head.text);
  const lost = /\b(definitely|indirectly|possibly) lost\b/.exec(head.text);
  if (access !== null) {
    report.access = access[1]?.toLowerCase() === "write" ? "write" : "read";
    report.size = Number(access[2]);
  }
  const address = / at (0x[0-9A-Fa-f]{1,16})\b/.exec(head.text)?.[1];
  if (address !== undefined) report.address = trimmedHex(address);
  report.kind = oneLine(
    lost === null
      ? head.text
          .replace(/^valgrind: /, "")
          .replace(/ of size \d+.*$| at 0x.*$| \/ delete.*$|\(s\)$/, "")
          .replace(/\(0x.*$/, "")
      : `${lost[1]} lost memory`,
    120,
  );
  return made;
}

function take(draft: Draft, [, address = "0x0", text = ""]: RegExpExecArray, at: number): void {
  draft.to = at + 1;
  if (draft.stack === null || draft.stack.length >= MAX_FRAMES) return;
  if (draft.stack === draft.report.frames) draft.addresses.push(trimmedHex(address));
  draft.stack.push(frameOf(text));
}

/** `follow (crash.c:9)`, `free (in /usr/libexec/…/vgpreload_memcheck-amd64-linux.so)`, `???`, `(below main) (libc-start.c:308)`. */
function frameOf(text: string): SanitizerFrame {
  const inModule = / ?\(in (\/[^()]{1,1000})\)$/.exec(text);
  const source = / \(([^():]{1,1000}):(\d{1,9})\)$/.exec(text);
  const name = text.slice(0, inModule?.index ?? source?.index ?? text.length).trim();
  const path = inModule?.[1];
  return {
    function: name === "" || name === "???" ? null : name.slice(0, 512),
    file: source?.[1] ?? null,
    line: source === null ? null : Number(source[2]),
    module: path === undefined ? null : baseName(path),
    offset: null,
  };
}

/** A line about the error: the address, or what heads a further stack. `at`: null where it is a part only if a stack follows. */
function note(draft: Draft, text: string, at: number | null): void {
  if (at !== null) draft.to = at + 1;
  const { report } = draft;
  const address = draft.signal === null ? ADDRESS.exec(text) : END_ADDRESS.exec(text);
  if (address !== null) report.address ??= trimmedHex(address[1] ?? "0x0");
  // What is said of the signal before its stack heads none.
  if (report.frames.length === 0) return;
  draft.stack = null;
  if (draft.signal !== null || report.others.length >= MAX_STACKS) return;
  const other = { title: oneLine(text, 200), frames: [] };
  report.others.push(other);
  draft.stack = other.frames;
}

function built({ from, to, signal, report, addresses, thread }: Draft): FoundValgrind {
  if (signal === null) return { kind: "error", from, to, report };
  const { frames, address } = report;
  return deadlySignal({ from, to, signal: signalName(signal), address, frames, addresses, thread });
}

/** What valgrind tells of the signal that ended the program: `addresses` are those of the frames. */
export function deadlySignal({
  from,
  to,
  signal,
  address,
  frames,
  addresses,
  thread,
}: {
  readonly from: number;
  readonly to: number;
  readonly signal: string;
  readonly address: string | null;
  readonly frames: readonly SanitizerFrame[];
  readonly addresses: readonly string[];
  readonly thread: number;
}): FoundValgrind {
  const stack = frames.map((frame, i) => partialFrame({ ...frame, address: addresses[i] ?? "0x0" }));
  const capture = partialCapture({
    siginfo: partialSignal(signal, { address: FAULT_SIGNALS.has(signal) ? address : null }),
    threads: [partialThread({ number: thread, crashed: true, frames: stack })],
    incomplete: ["valgrind shows no registers and no instructions"],
  });
  return { kind: "end", from, to, capture };
}

/** valgrind's errors, of each of its tools, and its word of the signal that ended the program. */
export const valgrind: Reader = {
  source: "valgrind",
  title: "valgrind",
  rank: "report",
  trigger: /==[\d:. ]{1,40}==/,
  read: (log) => parseValgrind(log).map(findingOf),
};

/** Also of an error that valgrind wrote as XML. */
export function findingOf(found: FoundValgrind): Finding {
  const { from, to } = found;
  if (found.kind === "end") {
    const { capture } = found;
    return {
      from,
      to,
      outcome: crashed(capture.siginfo.signal),
      known: { capture: { ...capture, stderr: "" } },
    };
  }
  return {
    from,
    to,
    outcome: { kind: "exit", signal: null, exitCode: null },
    known: { sanitizer: found.report },
  };
}
