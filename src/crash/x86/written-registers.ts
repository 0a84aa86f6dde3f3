import { isBranch, type Parsed } from "./instruction.js";
import { registerPart } from "./register.js";

/** What the System V ABI lets a called function change (psABI 3.2.1). */
const CALL_CLOBBERED = ["rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11"];
const NO_DESTINATION =
  /^(?:cmp(?!xchg)|test|bt[qwl]?$|push|j|nop|endbr|hlt|ud|comi|ucomi|vcomi|vucomi|prefetch|clflush|clwb|fld|fild|fst|fist|mfence|lfence|sfence|set\w+$|data16|pause|sti|cli|std|cld|out)/;

const IMPLICIT: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^call/, CALL_CLOBBERED],
  [/^(?:syscall|sysenter|int[0-9]*)$/, ["rax", "rcx", "r11"]],
  [/^(?:mul|div|idiv)[bwlq]?$/, ["rax", "rdx"]],
  [/^(?:cltq|cwtl|cbtw|cdqe|cwde|cbw|lahf)$/, ["rax"]],
  [/^(?:cqto|cltd|cwtd|cqo|cdq|cwd)$/, ["rdx"]],
  [/^(?:cpuid)$/, ["rax", "rbx", "rcx", "rdx"]],
  [/^(?:xlatb?|xbegin)$/, ["rax"]],
  [/^v?pcmp[ei]stri/, ["rcx"]],
  [/^(?:rdtscp?|xgetbv|rdpmc|rdpkru|rdmsr)$/, ["rax", "rcx", "rdx"]],
  [/^cmpxchg(?:8b|16b)?/, ["rax", "rdx"]],
  [/^(?:movs|cmps)[bwlq]?$/, ["rsi", "rdi", "rcx"]],
  [/^(?:stos|scas|ins)[bwlq]?$/, ["rdi", "rcx"]],
  [/^(?:lods|outs)[bwlq]?$/, ["rsi", "rcx", "rax"]],
  [/^(?:leave|enter)/, ["rbp", "rsp"]],
  [/^(?:push|pop|ret)/, ["rsp"]],
  [/^loop/, ["rcx"]],
];

/** Families (`rax`) of the general registers that an instruction may write; null where that is not known. */
export function writtenRegisters(parsed: Parsed): ReadonlySet<string> | null {
  const { mnemonic, operands } = parsed;
  const written = new Set<string>();
  for (const [pattern, registers] of IMPLICIT) {
    if (pattern.test(mnemonic)) for (const register of registers) written.add(register);
  }
  const oneOperand = operands.length === 1 && /^imul[bwlq]?$/.test(mnemonic);
  if (oneOperand) for (const register of ["rax", "rdx"]) written.add(register);
  const add = (name: string): void => {
    const part = registerPart(name);
    if (part !== null) written.add(part.family);
  };
  const last = operands.at(-1);
  if (last?.kind === "register" && !isBranch(mnemonic)) {
    const setsByte = /^set[a-z]{1,3}$/.test(mnemonic);
    const lone = oneOperand || /^(?:mul|div|idiv)[bwlq]?$/.test(mnemonic);
    if (lone) ["rax", "rdx"].forEach(add);
    else if (setsByte || !NO_DESTINATION.test(mnemonic)) add(last.name);
  }
  if (/^(?:xchg|xadd)/.test(mnemonic)) {
    for (const operand of operands) if (operand.kind === "register") add(operand.name);
  }
  // mulx writes its last two.
  if (mnemonic.startsWith("mulx"))
    for (const operand of operands.slice(1)) if (operand.kind === "register") add(operand.name);
  if (operands.some((operand) => operand.kind === "other")) return null;
  return written;
}
