import type { Mode } from "./register.js";
import { nameIn } from "./register.js";
import { isBranch, type MemoryOperand, type Operand, type Parsed } from "./instruction.js";

/** One access to memory that an instruction makes, by its operand or without one (a push writes the stack). */
export interface MemoryAccess {
  readonly operand: MemoryOperand;
  readonly access: "read" | "write" | "read-write";
  /** At most so many bytes from its address on. */
  readonly size: number;
  /** Not written in the instruction: the stack of push, call and ret. */
  readonly implicit: boolean;
}

/** Last operand is only looked at. */
const READS_LAST =
  /^(?:cmp(?!xchg)|test|bt(?![src])|push|call|jmp|ljmp|lcall|mul|div|idiv|fild|fld|fadd|fmul|fcom|fsub|fdiv|fi(?:add|mul|com|sub|div)|fldcw|fldenv|frstor|fxrstor|xrstor|ldmxcsr|vldmxcsr|clflush|clwb|prefetch|invlpg|verr|verw|lldt|ltr|lgdt|lidt|lmsw|vgather|vpgather|vmptrld|cldemote|umonitor|rdpkru|bound|vcomi|vucomi|comi|ucomi|out|outs|lods|scas|cmps)/;
/** Last operand is changed from what it was, where it is memory. */
const CHANGES_LAST =
  /^(?:add|or|adc|sbb|and|sub|xor|inc|dec|neg|not|sh[lr]d?|sa[lr]|ro[lr]|rc[lr]|bt[src]|xadd|xchg|cmpxchg|aadd|aand|aor|axor)/;
/** Touch no memory although they have a memory operand. */
const TOUCHES_NOTHING = /^(?:lea[lqw]?|nop[lqw]?|prefetch\w*|bndmk|bndcl|bndcu|bndcn|endbr64|ud[012].*)$/;
/** First operand, being memory, is written as well (xchg, xadd have it either way round). */
const CHANGES_EITHER = /^xchg/;
/** A lone operand that is written only. */
const WRITES_ONLY =
  /^(?:set|pop|fst|fist|fisttp|fbstp|fnst|fnsave|fsave|fxsave|xsave|stmxcsr|vstmxcsr|sgdt|sidt|sldt|str|smsw|rdfsbase|stos|ins)/;

/** What lies where a register of this family points, or a little off it. */
function at(family: string, mode: Mode, displacement = 0n): MemoryOperand {
  const base = nameIn(family, mode);
  const off = displacement === 0n ? "" : `-0x${(-displacement).toString(16)}`;
  const text = `${off}(%${base})`;
  return { kind: "memory", text, segment: null, displacement, base, index: null, scale: 1, indirect: false };
}

/** Every access that an instruction of a program of this mode makes to memory, the written ones first. */
export function memoryAccesses(parsed: Parsed, mode: Mode = 64): MemoryAccess[] {
  const { mnemonic, operands } = parsed;
  if (TOUCHES_NOTHING.test(mnemonic)) return implicit(mnemonic, mode);
  const size = sizeOf(parsed);
  const found: MemoryAccess[] = [];
  operands.forEach((operand, i) => {
    const memory = asMemory(operand, mnemonic);
    if (memory === null) return;
    const last = i === operands.length - 1;
    // xlat adds al, which its operand does not show.
    const place = mnemonic.startsWith("xlat") ? { ...memory, index: "al" } : memory;
    found.push({ operand: place, access: accessOf(mnemonic, operands, last), size, implicit: false });
  });
  return [...found, ...implicit(mnemonic, mode)];
}

function accessOf(mnemonic: string, operands: readonly Operand[], last: boolean): MemoryAccess["access"] {
  if (CHANGES_EITHER.test(mnemonic)) return "read-write";
  // In AT&T order the sources come first.
  if (!last) return "read";
  if (WRITES_ONLY.test(mnemonic)) return "write";
  if (READS_LAST.test(mnemonic)) return "read";
  if (CHANGES_LAST.test(mnemonic)) return "read-write";
  // imul and the like with one operand read it; with more, memory is never their last.
  return operands.length === 1 ? "read" : "write";
}

/** `mov 0x10,%eax`: an absolute address, which only a jump would mean as a target. */
function asMemory(operand: Operand, mnemonic: string): MemoryOperand | null {
  if (operand.kind === "memory") return operand;
  if (operand.kind !== "target" || isBranch(mnemonic)) return null;
  const { address } = operand;
  return { ...at("rsp", 64), text: `0x${address.toString(16)}`, displacement: address, base: null };
}

function implicit(mnemonic: string, mode: Mode): MemoryAccess[] {
  const size = mode / 8;
  const access = { implicit: true, size } as const;
  const pushed = at("rsp", mode, -BigInt(size));
  if (/^(?:push[qwlf]{0,2}|l?call[qwl]?|enter[qw]?)$/.test(mnemonic)) {
    return [{ ...access, operand: pushed, access: "write" }];
  }
  if (/^(?:pop[qwlf]{0,2}|ret[qwl]?|iret[qwl]?|lret[qwl]?)$/.test(mnemonic)) {
    return [{ ...access, operand: at("rsp", mode), access: "read" }];
  }
  if (/^leave[qwl]?$/.test(mnemonic)) {
    return [{ ...access, operand: at("rbp", mode), access: "read" }];
  }
  return [];
}

function sizeOf({ mnemonic, operands }: Parsed): number {
  if (/^f?xsave|^f?xrstor|^fnsave|^frstor/.test(mnemonic)) return 4096;
  const names = operands.map((operand) => (operand.kind === "register" ? operand.name : ""));
  if (names.some((name) => name.startsWith("zmm"))) return 64;
  if (names.some((name) => name.startsWith("ymm"))) return 32;
  if (names.some((name) => name.startsWith("xmm")) || /16b$/.test(mnemonic)) return 16;
  return /^f(?:ld|st)/.test(mnemonic) ? 32 : 8;
}
