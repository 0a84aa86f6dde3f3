import type { Frame, SigInfo, Thread } from "../evidence.js";
import { trimmedHex } from "./hex.js";
import { crashed, type Finding, type Reader } from "./finding.js";
import { lines, type Log } from "./log-line.js";
import { visible } from "../../text/printable.js";
import { signalName } from "../signal.js";
import { partialFrame, partialSignal, partialThread } from "./partial-capture.js";

/** What systemd-coredump says of a dead process, in the journal or in `coredumpctl info`. */
export interface CoreDump {
  readonly program: string | null;
  /** The thread that died is the first. */
  readonly threads: readonly Thread[];
  /** Only `coredumpctl info` tells the signal. */
  readonly siginfo: SigInfo | null;
  readonly from: number;
  readonly to: number;
}

const MAX_DUMPS = 200;
const MAX_THREADS = 256;
const MAX_FRAMES = 256;
/** After so many other lines a name or a signal is not that of the stack that follows. */
const MAX_APART = 100;

const PROCESS =
  /^(?:\[\S{1,4}\] )?Process (\d{1,10}) \((.{1,64})\) of user \d{1,10} (?:dumped core|terminated abnormally)/u;
const PID = /^PID: (\d{1,10}) \((.{1,64})\)$/;
const SIGNAL = /^Signal: (\d{1,2}) \([A-Z0-9+]{1,12}\)$/;
/** A row of `coredumpctl list`: times, PID, UID, GID, the signal's name or number, what became of the core, the program. */
const ROW =
  /^(?:[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S{1,6} )?(?:[A-Z]{2,5} )? *(\d{1,10}) +\d{1,10} +\d{1,10} +(SIG[A-Z]{2,6}|\d{1,2}) +(?:\*|present|missing|none|truncated|inaccessible|error|journal) +(\/\S{1,300})(?: .{0,40})?$/;
const STACK = /^Stack trace of thread (\d{1,10}):$/;
/** `#1  0x000055d0c8a4716a main (culprit + 0x116a)`; older ones have no offset. */
const FRAME =
  /^#(\d{1,4}) {1,3}(0x[0-9a-f]{1,16}) (\S.{0,511}?) \(([^()]{1,255}?)(?: \+ (0x[0-9a-f]{1,16}))?\)$/;
const MESSAGE = /^(?:Message|Hint): {1,4}(?=Process )/;

interface Draft {
  program: string | null;
  signal: number | null;
  threads: { lwp: number; frames: Frame[]; elided: number }[];
  /** It is said of a process that it dumped core, so that it counts without a stack. */
  named: boolean;
  pid: string | null;
  from: number;
  to: number;
}

/** Every stack trace of systemd-coredump in a text. Never throws, linear. */
export function parseCoreDumps(log: Log): CoreDump[] {
  const reader = new DumpReader();
  let at = 0;
  for (const raw of lines(log)) reader.read(raw.trim().replace(MESSAGE, ""), at++);
  return reader.end();
}

class DumpReader {
  private readonly found: CoreDump[] = [];
  private draft: Draft | null = null;

  read(line: string, at: number): void {
    if (this.draft !== null && at - this.draft.to > MAX_APART) this.close();
    const row = ROW.exec(line);
    if (row !== null) {
      this.close();
      if (this.found.length < MAX_DUMPS) this.found.push(ofRow(row, at));
      return;
    }
    const begun = PROCESS.exec(line) ?? PID.exec(line);
    if (begun !== null) return this.begin(begun, PROCESS.test(line), at);
    const stack = STACK.exec(line);
    if (stack !== null) this.draft ??= fresh(at);
    if (this.draft !== null) take(this.draft, line, stack, at);
  }

  end(): CoreDump[] {
    this.close();
    return this.found;
  }

  /** coredumpctl names the process twice: at its head, and in the message that holds the stack. */
  private begin([, pid = "", program = ""]: RegExpExecArray, named: boolean, at: number): void {
    const { draft } = this;
    if (draft !== null && draft.threads.length === 0 && draft.pid === pid) {
      draft.named ||= named;
      draft.to = at + 1;
      return;
    }
    this.close();
    this.draft = { ...fresh(at), program: visible(program), pid, named };
  }

  private close(): void {
    const { draft } = this;
    this.draft = null;
    if (draft === null || this.found.length >= MAX_DUMPS) return;
    if (draft.threads.length > 0 || draft.named) this.found.push(built(draft));
  }
}

function fresh(at: number): Draft {
  return { program: null, signal: null, threads: [], named: false, pid: null, from: at, to: at + 1 };
}

function ofRow([, pid, signal = "", program = ""]: RegExpExecArray, at: number): CoreDump {
  const name = /^\d/.test(signal) ? signalName(Number(signal)) : signal;
  const thread = partialThread({
    number: 1,
    lwp: Number(pid),
    name: visible(program).replace(/^.*\//, ""),
    crashed: true,
  });
  return { program: visible(program), threads: [thread], siginfo: partialSignal(name), from: at, to: at + 1 };
}

function take(draft: Draft, line: string, stack: RegExpExecArray | null, at: number): void {
  const signal = SIGNAL.exec(line);
  const frame = FRAME.exec(line);
  const current = draft.threads.at(-1);
  if (stack !== null) {
    if (draft.threads.length < MAX_THREADS)
      draft.threads.push({ lwp: Number(stack[1]), frames: [], elided: 0 });
  } else if (signal !== null) {
    draft.signal = Number(signal[1]);
    draft.named = true;
  } else if (frame !== null && current !== undefined) {
    if (current.frames.length < MAX_FRAMES) current.frames.push(frameOf(frame));
    else current.elided++;
  } else return;
  draft.to = at + 1;
}

function frameOf([, , address = "0x0", name = "n/a", module = "n/a", offset]: RegExpExecArray): Frame {
  return partialFrame({
    function: name === "n/a" ? null : visible(name),
    module: module === "n/a" ? null : visible(module),
    offset: offset === undefined ? null : trimmedHex(offset),
    address: trimmedHex(address),
  });
}

function built({ program, pid, signal, threads, from, to }: Draft): CoreDump {
  return {
    program,
    threads: (threads.length > 0 ? threads : [{ lwp: Number(pid ?? 0), frames: [], elided: 0 }]).map(
      (thread, i) =>
        partialThread({ number: i + 1, name: i === 0 ? program : null, crashed: i === 0, ...thread }),
    ),
    siginfo: signal === null ? null : partialSignal(signalName(signal), { number: signal }),
    from,
    to,
  };
}

/** systemd-coredump's stacks, in the journal, in the kernel's log, in `coredumpctl info` and `list`. */
export const coredump: Reader = {
  source: "coredump",
  title: "systemd-coredump",
  rank: "report",
  trigger:
    /dumped core|terminated abnormally|Stack trace of thread|Signal: \d|COREFILE|(?:SIG[A-Z]+|\b\d{1,2}) +(?:present|missing|none|truncated|inaccessible|\*)/,
  read: (log) => parseCoreDumps(log).map(findingOf),
};

function findingOf({ siginfo, threads, program, from, to }: CoreDump): Finding {
  const notes = ["systemd-coredump shows no registers and no address"];
  if (siginfo === null) notes.push("the journal does not tell the signal; `coredumpctl info` does");
  const outcome = crashed(siginfo?.signal ?? null);
  const plain = {
    from,
    to,
    outcome,
    program,
    known: { notes },
    evidence: { siginfo, threads: [...threads] },
  };
  if (siginfo !== null) return plain;
  return {
    ...plain,
    withSignal: (signal) => findingOf({ siginfo: partialSignal(signal), threads, program, from, to }),
  };
}
