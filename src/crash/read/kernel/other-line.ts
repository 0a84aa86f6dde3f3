import { trimmedHex } from "../hex.js";
import { signalName } from "../../signal.js";
import { faultSignal } from "../stack/signal-words.js";
import { visible } from "../../../text/printable.js";

/** What a kernel says of a process that it ended, in a form that is not x86 Linux's line of a fault. */
export interface EndLine {
  readonly program: string | null;
  readonly pid: number | null;
  readonly signal: string;
  readonly address: string | null;
  /** Of the instruction. */
  readonly pc: string | null;
  readonly module: string | null;
  /** The kernel ended it because there was no memory left. */
  readonly outOfMemory: boolean;
}

const HEX = "(?:0x)?[0-9a-f]{1,16}";
const WHO = String.raw`(?<program>\S.{0,31}?)(?:\[|\()?(?<pid>\d{1,10})[\])]:?`;
const PLACE = String.raw`(?: in (?<module>[^[\]]{1,255})\[[0-9a-f+,]{3,60}\])?`;

const FORMS: readonly RegExp[] = [
  // arm64 (arch/arm64/mm/fault.c): before Linux 5.x with the signal's number, then `unhandled exception: …, ESR 0x…`
  String.raw`^${WHO} unhandled [a-z0-9 -]{3,60} \((?<signal>\d{1,2})\) at (?<address>${HEX}), esr ${HEX}(?:,? ?in (?<module>[^[\]]{1,255})\[.{1,60}\])?`,
  String.raw`^${WHO} unhandled exception: .{0,200}?ESR:? ${HEX}(?<what>.{0,200}?)${PLACE}$`,
  // arm (arch/arm/mm/fault.c)
  String.raw`^(?<program>\S.{0,31}?): unhandled page fault \((?<signal>\d{1,2})\) at (?<address>${HEX}), code ${HEX}`,
  String.raw`^(?<program>\S.{0,31}?) \((?<pid>\d{1,10})\): undefined instruction: pc=(?<pc>${HEX})`,
  // riscv, powerpc, s390, mips, loongarch
  String.raw`^${WHO} unhandled signal (?<signal>\d{1,2}) code ${HEX} at (?<address>${HEX})${PLACE}`,
  String.raw`^${WHO} (?:segfault|bus error|illegal instruction|floating-point exception|trace trap|system call fault|bad trap|alignment exception) \((?<signal>\d{1,2})\) at (?<address>${HEX}) nip (?<pc>${HEX}) lr ${HEX} code ${HEX}${PLACE}`,
  String.raw`^${WHO} unhandled signal (?<signal>\d{1,2}) at (?<address>${HEX}) nip (?<pc>${HEX})`,
  String.raw`^do_page_fault\(\): sending (?<signal>SIG[A-Z]{2,6}) to (?<program>\S.{0,31}?) for invalid (?:read|write|execute) access (?:from|to) ?(?<address>${HEX})`,
  String.raw`^User process fault: interruption code ${HEX}.{0,60}${PLACE}`,
  // print-fatal-signals
  String.raw`^(?<program>\S.{0,31}?)[/[](?<pid>\d{1,10})\]?: potentially unexpected fatal signal (?<signal>\d{1,2})\.`,
  // the kernel's audit of what ended badly, and of seccomp
  String.raw`\btype=(?:ANOM_ABEND|1701)\b.{0,400}?\bpid=(?<pid>\d{1,10}) comm="?(?<program>[^"\s]{1,100})"?.{0,300}? sig=(?<signal>\d{1,2})`,
  String.raw`\btype=(?:SECCOMP|1326)\b.{0,400}?\bpid=(?<pid>\d{1,10}) comm="?(?<program>[^"\s]{1,100})"?.{0,300}? sig=(?<signal>31)\b`,
  // FreeBSD's
  String.raw`^pid (?<pid>\d{1,10}) \((?<program>[^)]{1,64})\)(?:, jid \d{1,6})?, uid \d{1,10}: exited on signal (?<bsd>\d{1,2})`,
].map((source) => new RegExp(source));
/** Numbers that stand for another signal on Linux. */
const BSD_NUMBERS: Readonly<Record<string, string>> = { "10": "SIGBUS", "12": "SIGSYS" };
const OOM: readonly RegExp[] = [
  /^(?:Memory cgroup )?[Oo]ut of memory(?: \(oom_kill_allocating_task\))?: Kill(?:ed)? process (?<pid>\d{1,10}) \((?<program>[^)]{1,64})\)/,
  /^Killed process (?<pid>\d{1,10}) \((?<program>[^)]{1,64})\).{0,80}anon-rss:/,
  /^oom-kill:.{0,600}\btask=(?<program>[^,]{1,64}),pid=(?<pid>\d{1,10})/,
  /^oom_reaper: reaped process (?<pid>\d{1,10}) \((?<program>[^)]{1,64})\)/,
];

/** Parses one line without its clock; null for any other. */
export function endLine(line: string): EndLine | null {
  for (const form of OOM) {
    const groups = form.exec(line)?.groups;
    if (groups !== undefined) return built(groups, "SIGKILL", true);
  }
  for (const form of FORMS) {
    const groups = form.exec(line)?.groups;
    if (groups === undefined) continue;
    const told = groups["signal"] ?? BSD_NUMBERS[groups["bsd"] ?? ""] ?? groups["bsd"];
    const signal = told === undefined ? "SIGSEGV" : faultSignal(told);
    if (signal !== null)
      return built(groups, /^\d+$/.test(signal) ? signalName(Number(signal)) : signal, false);
  }
  return null;
}

function built(groups: Record<string, string | undefined>, signal: string, outOfMemory: boolean): EndLine {
  const { program, pid, address, pc, module } = groups;
  return {
    program: program === undefined ? null : visible(program),
    pid: pid === undefined ? null : Number(pid),
    signal,
    address: hexOf(address),
    pc: hexOf(pc),
    module: module === undefined ? null : visible(module),
    outOfMemory,
  };
}

function hexOf(text: string | undefined): string | null {
  return text === undefined ? null : trimmedHex(text.startsWith("0x") ? text : `0x${text}`);
}
