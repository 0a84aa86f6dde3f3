import type { Frame, Thread } from "../../evidence.js";
import { abortWordsOf, instructionLine, libraryLine, mappingLine, registerLine, trimmedHex } from "./line.js";
import { codeName, FAULT_SIGNALS } from "../../signal.js";
import { toldCapture, toldSignal, toldThread, type ToldCapture } from "../partial-capture.js";

/** A crash that a gdb session shows, and where: from its "received signal" to the line after the last that tells of it. */
export interface FoundSession {
  readonly capture: ToldCapture;
  readonly from: number;
  readonly to: number;
}

const MAX_FRAMES = 1000;
const MAX_LISTED = 5000;
const MAX_LIBRARIES = 500;
const SWITCHING =
  /^\[Switching to (?:Thread 0x[0-9a-f]+ \(LWP (\d{1,9})\)|LWP (\d{1,9})|thread (\d{1,6}) \(.*\))\]/;
const THREAD_HEADER =
  /^Thread (\d{1,6}) \((?:Thread 0x[0-9a-f]+ \()?LWP (\d{1,9})\)?(?: "([^"]{0,64})")?\)?:?/;

/** What a session shows while the program stands still at one signal. */
export class Stop {
  to: number;
  private readonly signal: string;
  private readonly threads: Thread[] = [];
  private current: Thread;
  private listing: string | null = null;
  private readonly shown: Pick<ToldCapture, "registers" | "disassembly" | "mappings"> = {
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

  constructor(
    received: RegExpExecArray,
    private readonly from: number,
  ) {
    const [, number, name, , signal = "SIGSEGV"] = received;
    this.signal = signal;
    this.to = from + 1;
    this.current = toldThread({ number: Number(number ?? 1), name: name ?? null, crashed: true });
    this.threads.push(this.current);
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
    this.backtraced ||= this.current.crashed;
    if (this.current.frames.length < MAX_FRAMES) this.current.frames.push(frame);
    else this.current.elided++;
  }

  line(text: string): boolean {
    const switching = SWITCHING.exec(text);
    if (switching !== null) {
      const lwp = Number(switching[1] ?? switching[2] ?? 0);
      if (lwp > 0 && this.current.crashed) this.current.lwp = lwp;
      return true;
    }
    const header = THREAD_HEADER.exec(text);
    if (header !== null) return this.thread(Number(header[1]), Number(header[2]), header[3] ?? null);
    const dump = /^Dump of assembler code for function (\S.{0,300}):$/.exec(text);
    if (dump !== null) {
      this.listing = dump[1] ?? null;
      this.shown.disassembly.length = 0;
      return true;
    }
    const { registers, disassembly, mappings } = this.shown;
    const instruction = instructionLine(text, this.listing);
    if (instruction !== null) {
      // A breakpoint may have stood in its way to the fault: the last arrow is the fault's.
      if (disassembly.length < MAX_LISTED) disassembly.push(instruction);
      return true;
    }
    const register = registerLine(text);
    if (register !== null) {
      registers[register.name] = register.value;
      return true;
    }
    const mapping = mappingLine(text);
    if (mapping !== null) return mappings.length < MAX_LISTED && mappings.push(mapping) > 0;
    const library = libraryLine(text);
    if (library !== null) return this.code.length < MAX_LIBRARIES && this.code.push(library) > 0;
    return this.siginfo(text) || this.words(text);
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
    this.current = toldThread({ number, lwp, name, crashed: false });
    if (this.threads.length < MAX_FRAMES) this.threads.push(this.current);
    return true;
  }

  private siginfo(text: string): boolean {
    const code = /\bsi_code = (-?\d{1,9})/.exec(text);
    const address =
      /\bsi_addr = (0x[0-9a-f]{1,16})/.exec(text) ?? /^\$\d+ = \(void \*\) (0x[0-9a-f]{1,16})$/.exec(text);
    const sender = /\bsi_pid = (\d{1,9})/.exec(text);
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
    return path === undefined ? null : path.slice(path.lastIndexOf("/") + 1);
  }

  build(): FoundSession {
    const threads: Thread[] = this.threads.map((thread) => ({
      ...thread,
      frames: thread.frames.map((frame) => ({ ...frame, module: frame.module ?? this.moduleOf(frame) })),
    }));
    const incomplete: string[] = [];
    if (this.siCode === null && this.address === null)
      incomplete.push("the session shows no siginfo ($_siginfo)");
    if (threads[0]?.frames.length === 0) incomplete.push("the session shows no frame");
    else if (!this.backtraced) incomplete.push("the session shows no backtrace (bt), only where it stopped");
    if (this.incompleteBacktrace !== null) incomplete.push(this.incompleteBacktrace);
    if (Object.keys(this.shown.registers).length === 0) incomplete.push("the session shows no registers");
    if (!this.shown.disassembly.some((line) => line.current)) {
      incomplete.push("the session does not show the faulting instruction");
    }
    const { signal, siCode: code, sender } = this;
    const address = FAULT_SIGNALS.has(signal) ? this.address : null;
    const words = threads[0]?.frames.map(abortWordsOf).find((text) => text !== null) ?? null;
    return {
      capture: toldCapture({
        ...this.shown,
        threads,
        libraries: this.code.map(({ library }) => library),
        abortMessage: signal === "SIGABRT" ? words : null,
        siginfo: toldSignal(signal, {
          code,
          codeName: code === null ? null : codeName(signal, code),
          address,
          sender,
        }),
        incomplete,
      }),
      from: this.from,
      to: this.to,
    };
  }
}
