import type { OutcomeName } from "../../manifest/repro.js";
import type { Evidence, Frame, Instruction, SigInfo, Thread } from "../../crash/evidence.js";
import { faultAddress } from "../../crash/fault-address.js";
import { hangStory } from "../../crash/frames/hang-story.js";
import { nativeStory } from "../../crash/frames/native-story.js";
import { clipLine } from "../../text/clip.js";
import { counted } from "../../text/numbers.js";

/** `SIGSEGV (11), SEGV_MAPERR (1), at address 0xe5`. */
export function siginfoLine(info: SigInfo): string {
  const known = info.codeName === null ? `, code ${info.code}` : `, ${info.codeName} (${info.code})`;
  // A log may not show it.
  const code = info.code === null ? "" : known;
  const address = faultAddress({ siginfo: info, go: null });
  const where = address === null ? "" : `, at address ${address}`;
  const who = info.sender === null ? "" : `, sent by process ${info.sender}`;
  return clipLine(`${info.signal} (${info.number})${code}${where}${who}`);
}

function place(frame: Frame): string {
  if (frame.file !== null) return ` at ${frame.file}${frame.line === null ? "" : `:${frame.line}`}`;
  if (frame.module === null) return "";
  return ` from ${frame.module}${frame.offset === null ? "" : `+${frame.offset}`}`;
}

/** One frame as gdb prints it: `#0  0x00007fec267f8a5c in internal_getpwuid_r (uid=0) at nss_compat/compat-pwd.c:920`. */
export function frameLine(frame: Frame, index: number): string {
  const number = `#${index}`.padEnd(3);
  const address = `0x${frame.address.slice(2).padStart(16, "0")}`;
  const doubt = frame.trusted ? "" : "   (no unwind tables on the way here: may be made up)";
  return clipLine(
    `${number} ${address} in ${frame.function ?? "??"} (${frame.args ?? ""})${place(frame)}${doubt}`,
  );
}

/** A thread's backtrace, at most `max` frames, with what was left out. */
export function backtrace(thread: Thread, max: number): string[] {
  const shown = thread.frames.slice(0, max).map(frameLine);
  const left = thread.frames.length - shown.length + thread.elided;
  return left > 0 ? [...shown, `(${counted(left, "more frame")})`] : shown;
}

/** `Thread 3 (LWP 41, "boom", $fs_base 0x7fec…)`, marked where it crashed. */
export function threadLine(thread: Thread): string {
  const facts = [
    `LWP ${thread.lwp}`,
    ...(thread.name === null ? [] : [`"${thread.name}"`]),
    ...(thread.fsBase === null ? [] : [`$fs_base ${thread.fsBase}`]),
  ];
  const of = thread.process === undefined || thread.process === 1 ? "" : ` of process ${thread.process}`;
  return clipLine(
    `Thread ${thread.number}${of} (${facts.join(", ")})${thread.crashed ? ", which crashed" : ""}:`,
  );
}

/** Registers in columns, in the order in which they were read. */
export function registerLines(registers: Evidence["registers"], columns = 3): string[] {
  const entries = Object.entries(registers);
  const name = Math.max(0, ...entries.map(([register]) => register.length));
  const cells = entries.map(([register, value]) =>
    clipLine(`${register.padEnd(name)} ${value.padEnd(18)}`, 60),
  );
  const lines: string[] = [];
  for (let i = 0; i < cells.length; i += columns)
    lines.push(
      cells
        .slice(i, i + columns)
        .join("   ")
        .trimEnd(),
    );
  return lines;
}

function instructionLine(instruction: Instruction): string {
  const at =
    instruction.function === null
      ? ""
      : ` <${instruction.function}${instruction.offset === null ? "" : `+${instruction.offset}`}>`;
  return clipLine(`${instruction.current ? "=>" : "  "} ${instruction.address}${at}:  ${instruction.text}`);
}

/** The instructions around the fault, at most `around` before and after; the faulting one has gdb's `=>`. */
export function disassemblyLines(disassembly: readonly Instruction[], around: number): string[] {
  const current = disassembly.findIndex((instruction) => instruction.current);
  const middle = current === -1 ? 0 : current;
  return disassembly.slice(Math.max(0, middle - around), middle + around + 1).map(instructionLine);
}

/** The thread that crashed, or that tells why the program hangs; else the first. */
export function crashedThread(evidence: Evidence): Thread | undefined {
  const crashed = evidence.threads.find((thread) => thread.crashed);
  const hangs = crashed === undefined && evidence.explanation?.kind === "hang";
  return crashed ?? (hangs ? hangStory(evidence).thread : null) ?? evidence.threads[0];
}

/** Registers and code are those of the thread that crashed, or of the first of a program that hangs. */
export function isOfRegisters(thread: Thread | undefined, { threads }: Evidence): boolean {
  return thread?.crashed === true || thread === threads[0];
}

/** How many of the innermost frames are only libc's and the C++ runtime's way to end a process that gave up by itself. */
export function endingFrames({ threads, explanation }: Evidence): number {
  return explanation?.kind === "abort" ? nativeStory({ threads }).ending : 0;
}

/** When gdb looked at what a signature shows. */
export function moment({ outcome }: { readonly outcome: OutcomeName }): string {
  return outcome === "timeout" ? "time limit" : "fault";
}
