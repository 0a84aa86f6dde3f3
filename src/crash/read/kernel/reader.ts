import { explainKernelLine } from "../../explain/kernel.js";
import { crashed, evidenceOf, type Finding, type Reader } from "../finding.js";
import { lines, type Log } from "../log-line.js";
import { partialFrame, partialSignal, partialThread } from "../partial-capture.js";
import { bareKernelLine, kernelCapture, parseKernelLines, type FoundKernelLine } from "./fault-line.js";
import { endLine, type EndLine } from "./other-line.js";

const MAX_FOUND = 1000;
/** Lines of the kernel about one death: a clock may part them, registers and the tasks that it looked at stand between. */
const MAX_APART = 400;

/** Linux's lines of a process that it ended, on every processor, the out-of-memory killer's and the audit's. */
export const kernel: Reader = {
  source: "kernel",
  title: "the kernel's log",
  rank: "report",
  trigger:
    /segfault|general protection|trap |traps: |divide error|invalid opcode|unhandled (?:level|page|signal|exception|translation|alignment)|unhandled [a-z0-9 ]+ \(\d+\) at|fatal signal|ANOM_ABEND|type=1701|type=1326|type=SECCOMP|[Oo]ut of memory|oom-kill|oom_reaper|Killed process|do_page_fault|User process fault|undefined instruction|exited on signal/,
  read: (log) => [...parseKernelLines(log).map(ofFault), ...ends(log)],
};

function ofFault({ line, from, to }: FoundKernelLine): Finding {
  const { siginfo, threads, registers, incomplete } = kernelCapture(line);
  const evidence = { siginfo, threads, registers, explanation: explainKernelLine(line) };
  const known = { notes: incomplete };
  return { from, to, outcome: crashed(siginfo.signal), program: line.program, known, evidence };
}

interface Draft {
  readonly line: EndLine;
  readonly from: number;
  to: number;
  pc: string | null;
}

function ends(log: Log): Finding[] {
  const found: Draft[] = [];
  let at = 0;
  for (const raw of lines(log)) {
    const from = at++;
    const last = found.at(-1);
    const bare = bareKernelLine(raw);
    const line = endLine(bare);
    if (line !== null && last !== undefined && isSame(last, line, from)) last.to = at;
    else if (line !== null && found.length < MAX_FOUND) found.push({ line, from, to: at, pc: line.pc });
    else if (last !== undefined && from - last.to <= 8) register(last, bare, at);
  }
  return found.map(ofEnd);
}

/** The killer tells of one death in several lines. */
function isSame({ line, to }: Draft, other: EndLine, at: number): boolean {
  return at - to <= MAX_APART && line.signal === other.signal && line.pid !== null && line.pid === other.pid;
}

/** arm64 and arm print the registers behind the line. */
function register(draft: Draft, line: string, to: number): void {
  const pc = /^(?:pc|PC is at|epc)\s*:? \[?<?(?:0x)?([0-9a-f]{8,16})/.exec(line)?.[1];
  if (
    !/^(?:CPU: \d|Hardware name: |pc |lr |sp |x\d{1,2}\s*:|pstate|PC is|LR is|epc|Code: |Comm: )/.test(line)
  )
    return;
  draft.to = to;
  if (pc !== undefined) draft.pc ??= `0x${BigInt(`0x${pc}`).toString(16)}`;
}

function ofEnd({ line, from, to, pc }: Draft): Finding {
  const { signal, program, pid, module, address, outOfMemory } = line;
  const frames =
    pc === null && module === null ? [] : [partialFrame({ function: null, module, address: pc ?? "0x0" })];
  const threads = [partialThread({ number: 1, lwp: pid ?? 0, name: program, crashed: true, frames })];
  const outcome = { ...crashed(signal), ...(outOfMemory ? ({ outOfMemory: true } as const) : {}) };
  const siginfo = partialSignal(signal, { address });
  const notes = ["the kernel's line shows no stack"];
  const plain: Finding = { from, to, outcome, program, known: { notes } };
  const explanation = outOfMemory
    ? {
        kind: "out-of-memory" as const,
        text: "the kernel's out-of-memory killer ended it",
        operand: null,
        facts: [],
      }
    : evidenceOf(plain).explanation;
  return { ...plain, evidence: { siginfo, threads, explanation } };
}
