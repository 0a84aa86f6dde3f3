import type { Frame, Thread } from "../../evidence.js";
import { abortWordsOf, instructionLine, libraryLine, mappingLine, registerLine } from "./line.js";
import { trimmedHex } from "../hex.js";
import { codeName, FAULT_SIGNALS } from "../../signal.js";
import { partialCapture, partialSignal, partialThread, type PartialCapture } from "../partial-capture.js";
import { faultSignal } from "../stack/signal-words.js";
import { baseName } from "../../source-place.js";

/** A crash that a gdb session shows, and where: from its "received signal" to the line after the last that tells of it. */
export interface FoundSession {
  /** Where nobody tells the signal, that of the capture says nothing. */
  readonly capture: PartialCapture;
  readonly signal: string | null;
  readonly from: number;
  readonly to: number;
}

const MAX_FRAMES = 1000;
const MAX_LISTED = 5000;
const MAX_MISSING = 64;
const MAX_LIBRARIES = 500;
const SWITCHING =
  /^\[Switching to (?:Thread 0x[0-9a-f]+ \(LWP (\d{1,9})\)|LWP (\d{1,9})|thread (\d{1,6}) \(.*\))\]/;
const THREAD_HEADER =
  /^Thread (\d{1,6})(?:\.\d{1,6})? \((?:Thread (?:0x[0-9a-f]+ \()?)?(?:LWP |process |\d{1,9}\.)?(?:0x)?([0-9a-f]{1,16})\)?(?: "([^"]{0,64})"| \([^)]{0,64}\))?\)?:?/;
const CURRENT = /^\[Current thread is (\d{1,6})(?: \(.*?(?:LWP (\d{1,9}))?\)+)?\]/;

/** Where a session says that the program stopped. */
export interface StopHead {
  readonly signal: string | null;
  /** gdb's number of the thread, `2` or `1.2`. */
  readonly thread: string | null;
  readonly name: string | null;
  readonly at: number;
}

/** What a session shows while the program stands still at one signal. */
export class Stop {
  to: number;
  readonly from: number;
  signal: string | null;
  private readonly threads: Thread[] = [];
  private current: Thread;
  private listing: string | null = null;
  private readonly shown: Pick<PartialCapture, "registers" | "disassembly" | "mappings"> = {
    registers: {},
    disassembly: [],
    mappings: [],
  };
  private readonly code: NonNullable<ReturnType<typeof libraryLine>>[] = [];
  private siCode: number | null = null;
  private address: string | null = null;
  private sender: number | null = null;
  private incompleteBacktrace: string | null = null;
  private backtraced = false;
  /** Numbers of frames of the crashed thread that a backtrace passed over. */
  private readonly missing: number[] = [];
  private last = -1;

  constructor({ signal, thread, name, at }: StopHead) {
    this.signal = signal;
    this.from = at;
    this.to = at + 1;
    this.current = partialThread({ number: threadNumber(thread), name, crashed: true });
    this.threads.push(this.current);
  }

  /** It shows no frame of any thread. */
  get isEmpty(): boolean {
    return this.threads.every(({ frames }) => frames.length === 0);
  }

  /** Whether another says once more how this one stopped. */
  isOf(other: Stop, apart: number): boolean {
    const agree = this.signal === null || this.signal === other.signal;
    return agree && !this.isEmpty && other.from - this.to <= apart;
  }

  frame(number: number | null, frame: Frame): void {
    if (number === null) {
      // The line where gdb says that it stopped: frame 0, until a backtrace says more.
      if (this.current.crashed && this.current.frames.length === 0) this.current.frames.push(frame);
      return;
    }
    if (number === 0) {
      const [stopped] = this.current.frames;
      this.current.frames = [];
      this.current.elided = 0;
      // Frame 0 has no address where it stands at a line's first instruction.
      if (frame.address === "0x0" && stopped !== undefined) frame = { ...frame, address: stopped.address };
    }
    this.numbered(number);
    this.backtraced ||= this.current.crashed;
    if (this.current.frames.length < MAX_FRAMES) this.current.frames.push(frame);
    else this.current.elided++;
  }

  /** A number that is not the next one: frames between them could not be read, or were not pasted. */
  private numbered(number: number): void {
    const begun = number === 0 || this.current.frames.length === 0;
    if (this.current.crashed && !begun && number > this.last + 1 && this.missing.length < MAX_MISSING) {
      for (let i = this.last + 1; i < number && this.missing.length < MAX_MISSING; i++) this.missing.push(i);
    }
    if (number === 0) this.missing.length = 0;
    this.last = number;
  }

  /** Whether the line is gdb's and tells of the stop. */
  line(text: string): boolean {
    for (const take of this.kinds) {
      const taken = take(text);
      if (taken !== null) return taken;
    }
    return false;
  }

  /** Each takes lines of one kind: null for a line of another, false for one that is of no use any more. */
  private readonly kinds: readonly ((text: string) => boolean | null)[] = [
    (text) => this.currentThread(text),
    (text) => this.switchedThread(text),
    (text) => {
      const header = THREAD_HEADER.exec(text);
      return header && this.thread(Number(header[1]), lwpOf(header[2]), header[3] ?? null);
    },
    (text) => this.listingOf(text),
    (text) => {
      const { disassembly } = this.shown;
      const instruction = instructionLine(text, this.listing);
      // A breakpoint may have stood in its way to the fault: the last arrow is the fault's.
      if (instruction !== null && disassembly.length < MAX_LISTED) disassembly.push(instruction);
      return instruction && true;
    },
    (text) => {
      const register = registerLine(text);
      if (register !== null) this.shown.registers[register.name] = register.value;
      return register && true;
    },
    (text) => kept(mappingLine(text), this.shown.mappings, MAX_LISTED),
    (text) => kept(libraryLine(text), this.code, MAX_LIBRARIES),
    (text) => this.siginfo(text) || this.words(text),
  ];

  /** `[Current thread is 1 (LWP 42)]` */
  private currentThread(text: string): true | null {
    const current = CURRENT.exec(text);
    if (current === null) return null;
    const [crashed] = this.threads;
    if (crashed !== undefined && current[2] !== undefined) crashed.lwp = Number(current[2]);
    if (crashed !== undefined) crashed.number = Number(current[1]);
    return true;
  }

  /** `[Switching to Thread 0x7f… (LWP 42)]` */
  private switchedThread(text: string): true | null {
    const switching = SWITCHING.exec(text);
    if (switching === null) return null;
    const lwp = Number(switching[1] ?? switching[2] ?? 0);
    if (lwp > 0 && this.current.crashed) this.current.lwp = lwp;
    return true;
  }

  /** `Dump of assembler code for function f:` */
  private listingOf(text: string): true | null {
    const dump = /^Dump of assembler code for function (\S.{0,300}):$/.exec(text);
    if (dump === null) return null;
    this.listing = dump[1] ?? null;
    this.shown.disassembly.length = 0;
    return true;
  }

  private thread(number: number, lwp: number, name: string | null): boolean {
    const [crashed] = this.threads;
    if (crashed !== undefined && (crashed.lwp === lwp || (crashed.lwp === 0 && crashed.number === number))) {
      crashed.lwp = lwp;
      this.current = crashed;
      crashed.number = number;
      crashed.name ??= name;
      return true;
    }
    this.current = partialThread({ number, lwp, name, crashed: false });
    if (this.threads.length < MAX_FRAMES) this.threads.push(this.current);
    return true;
  }

  private siginfo(text: string): boolean {
    const code = /\bsi_code = (-?\d{1,9})/.exec(text);
    const address =
      /\bsi_addr = (0x[0-9a-f]{1,16})/.exec(text) ?? /^\$\d+ = \(void \*\) (0x[0-9a-f]{1,16})$/.exec(text);
    const sender = /\bsi_pid = (\d{1,9})/.exec(text);
    const signo = /\bsi_signo = (\d{1,2})\b/.exec(text)?.[1];
    if (signo !== undefined) this.signal ??= faultSignal(signo);
    if (code !== null) this.siCode = Number(code[1]);
    if (address !== null) this.address = trimmedHex(address[1] ?? "0x0");
    if (sender !== null && this.siCode !== null && this.siCode <= 0) this.sender = Number(sender[1]);
    return code !== null || address !== null;
  }

  private words(text: string): boolean {
    const stopped = /^Backtrace stopped: (.{1,200})$/.exec(text);
    if (stopped !== null) this.incompleteBacktrace = `gdb's backtrace stopped: ${stopped[1]}`;
    if (/^\(More stack frames follow/.test(text)) this.incompleteBacktrace = "the backtrace was cut";
    return stopped !== null;
  }

  /** gdb names the library only of frames without a source; the list of libraries knows of the others. */
  private moduleOf({ address }: Frame): string | null {
    const at = BigInt(address);
    const path = this.code.find(({ from, to }) => from <= at && at < to)?.library.path;
    return path === undefined ? null : baseName(path);
  }

  /** What of a crash the session does not show, in words. */
  private missingFrom([crashed]: readonly Thread[]): string[] {
    const { registers, disassembly } = this.shown;
    const noFrame = crashed?.frames.length === 0;
    const skipped = this.missing.map((number) => `#${number}`).join(", ");
    const gaps: readonly (readonly [boolean, string])[] = [
      [this.siCode === null && this.address === null, "the session shows no siginfo ($_siginfo)"],
      [noFrame, "the session shows no frame"],
      [!noFrame && !this.backtraced, "the session shows no backtrace (bt), only where it stopped"],
      [this.incompleteBacktrace !== null, this.incompleteBacktrace ?? ""],
      [Object.keys(registers).length === 0, "the session shows no registers"],
      [!disassembly.some(({ current }) => current), "the session does not show the faulting instruction"],
      [skipped !== "", `frames are missing from the backtrace: ${skipped}`],
    ];
    return gaps.flatMap(([is, words]) => (is ? [words] : []));
  }

  /** Null where it shows nothing: a stack without a signal and without a frame. */
  build(): FoundSession | null {
    if (this.signal === null && !this.threads.some(({ frames }) => frames.length > 0)) return null;
    const threads: Thread[] = whoCrashed(this.threads).map((thread) => ({
      ...thread,
      frames: thread.frames.map((frame) => ({ ...frame, module: frame.module ?? this.moduleOf(frame) })),
    }));
    const { siCode: code, sender } = this;
    const signal = this.signal ?? "SIGSEGV";
    const address = FAULT_SIGNALS.has(signal) ? this.address : null;
    const words = threads[0]?.frames.map(abortWordsOf).find((text) => text !== null) ?? null;
    return {
      capture: partialCapture({
        ...this.shown,
        threads,
        libraries: this.code.map(({ library }) => library),
        abortMessage: signal === "SIGABRT" ? words : null,
        siginfo: partialSignal(signal, {
          code,
          codeName: code === null ? null : codeName(signal, code),
          address,
          sender,
        }),
        incomplete: this.missingFrom(threads),
      }),
      signal: this.signal,
      from: this.from,
      to: this.to,
    };
  }
}

/** Adds a line that was read to a list that is bounded; null where there is none. */
function kept<T>(line: T | null, list: T[], most: number): boolean | null {
  return line === null ? null : list.length < most && list.push(line) > 0;
}

function threadNumber(text: string | null): number {
  return Number(text?.replace(/^.*\./, "") ?? 1);
}

function lwpOf(text: string | undefined): number {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : 0;
}

/** Of threads that were all shown without a word on which one crashed: the one that was in a signal's handler, else gdb's first, else the first. */
function whoCrashed(threads: readonly Thread[]): readonly Thread[] {
  const [first] = threads;
  const shown = threads.filter(({ frames }) => frames.length > 0);
  if (first === undefined || first.frames.length > 0 || shown.length === 0) return threads;
  const handled = shown.find(({ frames }) =>
    frames.some((frame) => frame.function === "<signal handler called>"),
  );
  const chosen = handled ?? shown.find(({ number }) => number === first.number) ?? shown[0];
  return shown.map((thread) => ({ ...thread, crashed: thread === chosen }));
}
