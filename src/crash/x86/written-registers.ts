import { isBranch, type Operand, type Parsed } from "./instruction.js";
import { pcThunk } from "./pc-thunk.js";
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

/** One operand, and the result in rdx:rax. */
const WIDE_RESULT = /^(?:i?mul|i?div)[bwlq]?$/;
/** Change every operand that they have. */
const CHANGES_ALL = /^(?:xchg|xadd)/;
/** mulx writes its last two. */
const WRITES_LAST_TWO = /^mulx/;

/** Families (`rax`) of the general registers that an instruction may write; null where that is not known. */
export function writtenRegisters(parsed: Parsed): ReadonlySet<string> | null {
  if (parsed.operands.some((operand) => operand.kind === "other")) return null;
  const thunk = pcThunk(parsed);
  if (thunk !== null) return new Set([thunk]);
  const named = destinations(parsed).flatMap((operand) =>
    operand.kind === "register" ? (registerPart(operand.name)?.family ?? []) : [],
  );
  return new Set([...implicit(parsed), ...named]);
}

/** What it writes without naming it. */
function implicit({ mnemonic, operands }: Parsed): string[] {
  const wide = operands.length === 1 && WIDE_RESULT.test(mnemonic) ? ["rax", "rdx"] : [];
  return [
    ...IMPLICIT.filter(([pattern]) => pattern.test(mnemonic)).flatMap(([, registers]) => registers),
    ...wide,
  ];
}

/** The operands that it may write. */
function destinations({ mnemonic, operands }: Parsed): readonly Operand[] {
  if (CHANGES_ALL.test(mnemonic)) return operands;
  if (WRITES_LAST_TWO.test(mnemonic)) return operands.slice(1);
  if (operands.length === 1 && WIDE_RESULT.test(mnemonic)) return [];
  const setsByte = /^set[a-z]{1,3}$/.test(mnemonic);
  return isBranch(mnemonic) || (NO_DESTINATION.test(mnemonic) && !setsByte) ? [] : operands.slice(-1);
}
