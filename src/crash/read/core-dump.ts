import type { Frame, SigInfo, Thread } from "../evidence.js";
import { trimmedHex } from "./gdb/line.js";
import { lines, unwrapped, type Log } from "./log-line.js";
import { visible } from "../../text/printable.js";
import { signalName } from "../signal.js";
import { toldFrame, toldSignal, toldThread } from "./partial-capture.js";

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

const PROCESS = /^Process (\d{1,10}) \((.{1,64})\) of user \d{1,10} (?:dumped core|terminated abnormally)/;
const PID = /^PID: (\d{1,10}) \((.{1,64})\)$/;
const SIGNAL = /^Signal: (\d{1,2}) \([A-Z0-9+]{1,12}\)$/;
const STACK = /^Stack trace of thread (\d{1,10}):$/;
/** `#1  0x000055d0c8a4716a main (culprit + 0x116a)`; older ones have no offset. */
const FRAME =
  /^#(\d{1,4}) {1,3}(0x[0-9a-f]{1,16}) (\S.{0,511}?) \(([^()]{1,255}?)(?: \+ (0x[0-9a-f]{1,16}))?\)$/;

interface Draft {
  program: string | null;
  signal: number | null;
  threads: { lwp: number; frames: Frame[]; elided: number }[];
  from: number;
  to: number;
}

/** Every stack trace of systemd-coredump in a text. Never throws, linear. */
export function parseCoreDumps(log: Log): CoreDump[] {
  const found: CoreDump[] = [];
  let draft: Draft | null = null;
  let number = 0;
  const close = (): void => {
    if (draft !== null && draft.threads.length > 0 && found.length < MAX_DUMPS) found.push(built(draft));
    draft = null;
  };
  for (const raw of lines(log)) {
    const at = number++;
    const line = unwrapped(raw).trim();
    const begun = PROCESS.exec(line) ?? PID.exec(line);
    if (draft !== null && at - draft.to > MAX_APART) close();
    // coredumpctl names the process twice: at its head, and in the message that holds the stack.
    if (begun !== null && (draft === null || draft.threads.length > 0)) {
      close();
      draft = { program: visible(begun[2] ?? ""), signal: null, threads: [], from: at, to: at + 1 };
      continue;
    }
    const stack = STACK.exec(line);
    if (stack !== null) draft ??= { program: null, signal: null, threads: [], from: at, to: at + 1 };
    if (draft !== null) take(draft, line, stack, at);
  }
  close();
  return found;
}

function take(draft: Draft, line: string, stack: RegExpExecArray | null, at: number): void {
  const signal = SIGNAL.exec(line);
  const frame = FRAME.exec(line);
  const current = draft.threads.at(-1);
  if (stack !== null) {
    if (draft.threads.length < MAX_THREADS)
      draft.threads.push({ lwp: Number(stack[1]), frames: [], elided: 0 });
  } else if (signal !== null) draft.signal = Number(signal[1]);
  else if (frame !== null && current !== undefined) {
    if (current.frames.length < MAX_FRAMES) current.frames.push(frameOf(frame));
    else current.elided++;
  } else return;
  draft.to = at + 1;
}

function frameOf([, , address = "0x0", name = "n/a", module = "n/a", offset]: RegExpExecArray): Frame {
  return toldFrame({
    function: name === "n/a" ? null : visible(name),
    module: module === "n/a" ? null : visible(module),
    offset: offset === undefined ? null : trimmedHex(offset),
    address: trimmedHex(address),
  });
}

function built({ program, signal, threads, from, to }: Draft): CoreDump {
  return {
    program,
    threads: threads.map((thread, i) =>
      toldThread({ number: i + 1, name: i === 0 ? program : null, crashed: i === 0, ...thread }),
    ),
    siginfo: signal === null ? null : toldSignal(signalName(signal), { number: signal }),
    from,
    to,
  };
}
