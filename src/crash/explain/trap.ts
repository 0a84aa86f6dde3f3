import { evaluate } from "../x86/address.js";
import type { Explained } from "./explained.js";
import type { Explanation, Instruction } from "../evidence.js";
import { parseInstruction, type Operand } from "../x86/instruction.js";
import { hex, registerPart, registerValue } from "../x86/register.js";
import { crashedThread } from "../frames/thread-story.js";

const PRIVILEGED =
  /^(?:hlt|cli|sti|in|out|ins|outs|lgdt|lidt|lldt|ltr|lmsw|clts|invd|wbinvd|invlpg|rdmsr|wrmsr|rdpmc|swapgs|sysexit|sysret|iret)[bwlq]?$/;
/** musl's a_crash() is hlt, and its allocator calls that where it finds its own state corrupt. */
const MUSL_ALLOCATOR =
  /^(?:free|malloc|realloc|aligned_alloc|get_meta|enframe|alloc_slot|nontrivial_free|__libc_free|__libc_malloc|__libc_realloc|__malloc_donate|unbin|bin_chunk|trim)/;

/** Explains SIGILL, SIGFPE, SIGTRAP, SIGSYS and privileged instructions; null for faults of memory. */
export function explainTrap(capture: Explained): Explanation | null {
  const { siginfo, disassembly } = capture;
  const line = disassembly.find((candidate) => candidate.current);
  const text = line === undefined ? null : line.text.replace(/\s+/g, " ").trim();
  switch (siginfo.signal) {
    case "SIGFPE":
      return division(capture, line, text);
    case "SIGILL":
      return illegal(text, siginfo.codeName);
    case "SIGTRAP":
      return {
        kind: "trap",
        text: `a trap (${siginfo.codeName ?? `code ${siginfo.code ?? "unknown"}`})${text === null ? "" : ` at \`${text}\``}: a breakpoint or a deliberate end, not a fault of memory`,
        operand: null,
        facts: [],
      };
    case "SIGSYS":
      return { kind: "trap", text: "a system call that a seccomp filter refuses", operand: null, facts: [] };
    case "SIGSEGV":
      return siginfo.code === 128 && text !== null ? privileged(capture, text) : null;
    default:
      return null;
  }
}

function privileged(capture: Explained, text: string): Explanation | null {
  const mnemonic = parseInstruction(text)?.mnemonic ?? "";
  if (!PRIVILEGED.test(mnemonic)) return null;
  const where = crashedThread(capture.threads)?.frames[0]?.function ?? null;
  if (mnemonic === "hlt" && where !== null && MUSL_ALLOCATOR.test(where)) {
    const what = "hlt: heap corruption found by the allocator (musl's a_crash)";
    return { kind: "abort", text: what, operand: null, facts: [] };
  }
  const what = `\`${text}\` is a privileged instruction, which no program may execute`;
  const facts =
    mnemonic === "hlt"
      ? ["hlt is also how musl's a_crash() and glibc's abort(), at last, end a program"]
      : [];
  return { kind: "illegal-instruction", text: what, operand: null, facts };
}

function illegal(text: string | null, code: string | null): Explanation {
  const named = code === null ? "" : ` (${code})`;
  const what =
    text === null
      ? `an instruction that the processor does not know${named}`
      : /^ud[012]/.test(text)
        ? `\`${text}\`: compilers put it where the program must not come (__builtin_trap, unreachable code)`
        : `the processor does not execute \`${text}\`${named}`;
  return { kind: "illegal-instruction", text: what, operand: null, facts: [] };
}

function division(
  { siginfo, registers, disassembly }: Explained,
  line: Instruction | undefined,
  text: string | null,
): Explanation {
  const parsed = line === undefined ? null : parseInstruction(line.text);
  if ((siginfo.code ?? 1) !== 1 || parsed === null || !/^i?div[bwlq]?$/.test(parsed.mnemonic)) {
    const at = text === null ? "" : ` at \`${text}\``;
    const kind = (siginfo.code ?? 1) === 1 ? "division" : "unknown";
    return {
      kind,
      text: `arithmetic fault${siginfo.codeName === null ? "" : ` ${siginfo.codeName}`}${at}`,
      operand: null,
      facts: [],
    };
  }
  const [divisor] = parsed.operands;
  const value = divisor === undefined ? null : registerDivisor(divisor, registers);
  if (divisor?.kind === "register" && value !== null) {
    const bits = registerPart(divisor.name)?.bits ?? 64;
    const signed = BigInt.asIntN(bits, value);
    const what =
      value === 0n
        ? `integer division by zero: ${divisor.name} is 0 in \`${text}\``
        : `integer division whose result does not fit: divisor ${divisor.name} is ${signed} in \`${text}\``;
    return { kind: "division", text: what, operand: null, facts: [] };
  }
  if (divisor?.kind === "memory") {
    const at = disassembly.findIndex((candidate) => candidate.current);
    const next = disassembly[at + 1];
    const place = evaluate(divisor, registers, parsed, next === undefined ? null : BigInt(next.address));
    const where = place === null ? divisor.text : hex(place.address);
    const what = `integer division by what lies at ${where}: zero, or the result does not fit (\`${text}\`)`;
    return { kind: "division", text: what, operand: null, facts: [] };
  }
  return {
    kind: "division",
    text: `integer division by zero, or a result that does not fit (\`${text}\`)`,
    operand: null,
    facts: [],
  };
}

function registerDivisor(divisor: Operand, registers: Explained["registers"]): bigint | null {
  return divisor.kind === "register" ? registerValue(divisor.name, registers) : null;
}
