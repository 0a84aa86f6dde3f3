import type { MemoryOperand, Parsed } from "./instruction.js";
import { pcThunk } from "./pc-thunk.js";
import { registerPart } from "./register.js";

/** What an instruction puts into the register that it writes. */
export type Transfer =
  /** What a function returns; null where it is called through a register, or has no symbol. */
  | { readonly kind: "return"; readonly callee: string | null }
  /** The value of another register, by its family (`rax`). */
  | { readonly kind: "copy"; readonly from: string }
  /** What lies in memory. */
  | { readonly kind: "load"; readonly source: MemoryOperand; readonly bits: number }
  | { readonly kind: "constant"; readonly value: bigint }
  /** Anything that is made of several values, or of a part of one. */
  | { readonly kind: "computed" };

const COMPUTED: Transfer = { kind: "computed" };
const ZERO: Transfer = { kind: "constant", value: 0n };

/** What instructions put into the register that they write, by their mnemonic: the first that fits. Any other computes it. */
const RULES: readonly (readonly [mnemonic: RegExp, transfer: (parsed: Parsed) => Transfer])[] = [
  [/^call/, (parsed) => ({ kind: "return", callee: calleeOf(parsed) })],
  [/^mov(?:abs|[sz][bwl][lqw]|[qlwb])?$|^movslq$/, moved],
  [/^(?:xor|sub)[lq]?$/, (parsed) => (sameRegister(parsed) ? ZERO : COMPUTED)],
];

export function transferOf(parsed: Parsed): Transfer {
  if (pcThunk(parsed) !== null) return COMPUTED;
  return RULES.find(([mnemonic]) => mnemonic.test(parsed.mnemonic))?.[1](parsed) ?? COMPUTED;
}

/** A move of the whole register; writing its lower half clears the upper. */
function moved({ operands }: Parsed): Transfer {
  const [source, target] = operands;
  const bits = target?.kind === "register" ? (registerPart(target.name)?.bits ?? 0) : 0;
  if (operands.length !== 2 || bits < 32) return COMPUTED;
  if (source?.kind === "immediate") return { kind: "constant", value: source.value };
  if (source?.kind === "memory") return { kind: "load", source, bits };
  const from = source?.kind === "register" ? registerPart(source.name) : null;
  return from === null ? COMPUTED : { kind: "copy", from: from.family };
}

/** `xor %eax,%eax`; of a part of a register the rest would stay. */
function sameRegister({ operands }: Parsed): boolean {
  const [a, b] = operands;
  if (operands.length !== 2 || a?.kind !== "register" || b?.kind !== "register" || a.name !== b.name)
    return false;
  return (registerPart(a.name)?.bits ?? 0) >= 32;
}

/** `call 0x… <__ctype_b_loc@plt>` -> `__ctype_b_loc`; null for a call through a register or without a symbol. */
function calleeOf({ operands, comment }: Parsed): string | null {
  const [target] = operands;
  const symbol = target?.kind === "target" ? target.symbol : (comment?.symbol ?? null);
  if (symbol === null) return null;
  const name = symbol.replace(/@(?:plt|got\.plt|got|GLIBC[\w.]*).*$/, "");
  return /^\*|\+\d+$/.test(name) ? null : name;
}
