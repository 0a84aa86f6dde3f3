import { evaluate } from "../x86/address.js";
import type { Explained } from "./explained.js";
import { explanation } from "./explanation.js";
import type { Explanation, Instruction } from "../evidence.js";
import { parseInstruction, shownInstruction, type Parsed } from "../x86/instruction.js";
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
  const text = line === undefined ? null : shownInstruction(line.text);
  switch (siginfo.signal) {
    case "SIGFPE":
      return division(capture, line, text);
    case "SIGILL":
      return illegal(text, siginfo.codeName);
    case "SIGTRAP":
      return explanation(
        "trap",
        `a trap (${siginfo.codeName ?? `code ${siginfo.code ?? "unknown"}`})${text === null ? "" : ` at \`${text}\``}: a breakpoint or a deliberate end, not a fault of memory`,
      );
    case "SIGSYS":
      return explanation("trap", "a system call that a seccomp filter refuses");
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
    return explanation("abort", "hlt: heap corruption found by the allocator (musl's a_crash)");
  }
  if (mnemonic === "hlt" && where !== null && /^__stack_chk_fail/.test(where)) {
    return explanation("abort", "hlt: stack smashing detected (musl's __stack_chk_fail)", [
      "a function found, as it returned, that the canary behind its arrays was overwritten",
    ]);
  }
  const what = `\`${text}\` is a privileged instruction, which no program may execute`;
  const facts =
    mnemonic === "hlt"
      ? ["hlt is also how musl's a_crash() and glibc's abort(), at last, end a program"]
      : [];
  return explanation("illegal-instruction", what, facts);
}

function illegal(text: string | null, code: string | null): Explanation {
  const named = code === null ? "" : ` (${code})`;
  const what =
    text === null
      ? `an instruction that the processor does not know${named}`
      : /^ud[012]/.test(text)
        ? `\`${text}\`: compilers put it where the program must not come (__builtin_trap, unreachable code)`
        : `the processor does not execute \`${text}\`${named}`;
  return explanation("illegal-instruction", what);
}

/** `si_code` of a division by zero, and of one whose result does not fit, on x86 (FPE_INTDIV). */
const FPE_INTDIV = 1;

function division(capture: Explained, line: Instruction | undefined, text: string | null): Explanation {
  const { code, codeName } = capture.siginfo;
  const ofIntegers = (code ?? FPE_INTDIV) === FPE_INTDIV;
  const parsed = line === undefined ? null : parseInstruction(line.text);
  if (!ofIntegers || parsed === null || text === null || !/^i?div[bwlq]?$/.test(parsed.mnemonic)) {
    const name = codeName === null ? "" : ` ${codeName}`;
    const at = text === null ? "" : ` at \`${text}\``;
    return explanation(ofIntegers ? "division" : "unknown", `arithmetic fault${name}${at}`);
  }
  const words = divisorWords(capture, parsed, text) ?? `by zero, or a result that does not fit (\`${text}\`)`;
  return explanation("division", `integer division ${words}`);
}

/** What an integer division divided by, as far as the registers tell. */
function divisorWords({ registers, disassembly }: Explained, parsed: Parsed, text: string): string | null {
  const [divisor] = parsed.operands;
  if (divisor?.kind === "register") {
    const value = registerValue(divisor.name, registers);
    if (value === null) return null;
    const signed = BigInt.asIntN(registerPart(divisor.name)?.bits ?? 64, value);
    return value === 0n
      ? `by zero: ${divisor.name} is 0 in \`${text}\``
      : `whose result does not fit: divisor ${divisor.name} is ${signed} in \`${text}\``;
  }
  if (divisor?.kind !== "memory") return null;
  const next = disassembly[disassembly.findIndex(({ current }) => current) + 1];
  const place = evaluate(divisor, registers, parsed, next === undefined ? null : BigInt(next.address));
  const where = place === null ? divisor.text : hex(place.address);
  return `by what lies at ${where}: zero, or the result does not fit (\`${text}\`)`;
}
