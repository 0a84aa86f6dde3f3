import { trimmedHex } from "../hex.js";
import { lines, type Log } from "../log-line.js";
import { visible } from "../../../text/printable.js";
import {
  partialCapture,
  partialFrame,
  partialSignal,
  partialThread,
  type PartialCapture,
} from "../partial-capture.js";

/** What Linux on x86 says of a process that it ends for a fault: one line of its log. */
export interface KernelLine {
  readonly program: string;
  readonly pid: number;
  /** `segfault`, `general protection fault`, `invalid opcode`, `divide error`. */
  readonly fault: string;
  readonly signal: string;
  /** The address that was touched; null for all but page faults. */
  readonly address: string | null;
  /** The page fault's error code; null for others, whose code says nothing of use. */
  readonly error: number | null;
  readonly ip: string;
  readonly sp: string;
  /** The mapped file that holds the instruction. */
  readonly module: string | null;
  /** Of the instruction in the file, or, where `inFile` is false, from the start of its mapping. */
  readonly offset: string | null;
  readonly inFile: boolean;
}

/** A line of the kernel and where it lies in its text: from it to the line after it (from 0), its `Code:` line included. */
export interface FoundKernelLine {
  readonly line: KernelLine;
  readonly from: number;
  readonly to: number;
}

const MAX_FOUND = 1000;
/** `<6>`, dmesg -x's `kern  :info  : `, journalctl's `host kernel: `, `[12.345678] `, dmesg -T's `[Tue Nov 24 20:30:00 2026] `. */
const PREFIX =
  /^(?:<\d{1,3}>)?(?:[a-z]{3,8} {0,4}: ?[a-z]{3,7} {0,4}: ?)?(?:(?:\S{1,64} )?kernel: ?)?(?:\[[ \d.A-Za-z:]{3,40}\] ?)?/;
const HEX = "[0-9a-f]{1,16}";
/** ` in libc.so.6[9f7a0,7f0c…+158000]`, before Linux 6.11 without the offset in the file. */
const PLACE = String.raw`(?: in ([^[\]]{1,255})\[(?:(${HEX}),)?(${HEX})\+(${HEX})\])?`;
const SEGFAULT = new RegExp(
  String.raw`^(\S.{0,31}?)\[(\d{1,10})\]: segfault at (${HEX}) (?:ip|rip|eip):? ?(${HEX})(?: \(rpc ${HEX}\))? (?:sp|rsp|esp):? ?(${HEX}) error:? ?(${HEX})${PLACE}`,
);
const TRAP = new RegExp(
  String.raw`^(?:traps: )?(\S.{0,31}?)\[(\d{1,10})\]:? (?:trap )?(general protection(?: fault)?|invalid opcode|divide error|int3|stack segment|alignment check|bounds|overflow|segment not present) r?ip:(${HEX}) r?sp:(${HEX}) error:${HEX}${PLACE}`,
);
/** arch/x86/kernel/traps.c. */
const SIGNALS: Readonly<Record<string, string>> = {
  "invalid opcode": "SIGILL",
  "divide error": "SIGFPE",
  int3: "SIGTRAP",
  "stack segment": "SIGBUS",
  "alignment check": "SIGBUS",
  "segment not present": "SIGBUS",
};

/** Every line of the kernel's in a text that tells of a process's fault. Never throws, linear. */
export function parseKernelLines(log: Log): FoundKernelLine[] {
  const found: FoundKernelLine[] = [];
  let at = 0;
  let last: { line: KernelLine; from: number; to: number } | null = null;
  for (const raw of lines(log)) {
    const line = /[ re]ip|Code: /.test(raw) ? bareKernelLine(raw) : null;
    if (line !== null && last !== null && last.to === at && line.startsWith("Code: ")) last.to = at + 1;
    else if (line !== null && found.length < MAX_FOUND) {
      const read = kernelLine(line);
      if (read !== null) found.push((last = { line: read, from: at, to: at + 1 }));
    }
    at++;
  }
  return found;
}

/** The line without the kernel's clock and level. */
export function bareKernelLine(indented: string): string {
  const line = indented.trimStart();
  return line.slice(PREFIX.exec(line)?.[0].length ?? 0);
}

function kernelLine(line: string): KernelLine | null {
  const segfault = SEGFAULT.exec(line);
  if (segfault !== null) {
    const [, program = "", pid, address = "0", ip = "0", sp = "0", error = "0"] = segfault;
    const fault = { fault: "segfault", signal: "SIGSEGV", address: hex(address), error: parseInt(error, 16) };
    return {
      program: visible(program),
      pid: Number(pid),
      ...fault,
      ip: hex(ip),
      sp: hex(sp),
      ...place(segfault, 7, ip),
    };
  }
  const trap = TRAP.exec(line);
  if (trap === null) return null;
  const [, program = "", pid, name = "", ip = "0", sp = "0"] = trap;
  const fault = name === "general protection" ? "general protection fault" : name;
  const signal = SIGNALS[fault] ?? "SIGSEGV";
  const told = { program: visible(program), pid: Number(pid), fault, signal, address: null, error: null };
  return { ...told, ip: hex(ip), sp: hex(sp), ...place(trap, 6, ip) };
}

function hex(digits: string): string {
  return trimmedHex(`0x${digits}`);
}

function place(
  match: RegExpExecArray,
  at: number,
  ip: string,
): Pick<KernelLine, "module" | "offset" | "inFile"> {
  const module = match[at];
  const start = match[at + 2];
  if (module === undefined || start === undefined) return { module: null, offset: null, inFile: false };
  const inFile = match[at + 1];
  const within = BigInt(`0x${ip}`) - BigInt(`0x${start}`);
  const offset = inFile !== undefined ? hex(inFile) : within >= 0n ? `0x${within.toString(16)}` : null;
  return { module: visible(module), offset, inFile: inFile !== undefined };
}

/** The line as a capture: all that it tells, and what it does not. */
export function kernelCapture(line: KernelLine): PartialCapture {
  const { program, pid, signal, address, ip, sp, module, offset } = line;
  const frames = [partialFrame({ function: null, module, offset, address: ip })];
  const incomplete = ["the kernel's line shows no stack"];
  if (module !== null && !line.inFile)
    incomplete.push(`the offset in ${module} is from the start of its mapping, not of the file`);
  return partialCapture({
    siginfo: partialSignal(signal, { address }),
    threads: [partialThread({ number: 1, lwp: pid, name: program, crashed: true, frames })],
    registers: { rip: ip, rsp: sp },
    incomplete,
  });
}
