import type { Parsed } from "./instruction.js";
import { registerPart } from "./register.js";

/**
 * The register (its family) that a call fills with the address behind itself, and changes nothing else: `call 0x… <__x86.get_pc_thunk.ax>`, by which code of
 * 32 bits that may lie anywhere finds its data. Null for any other instruction.
 */
export function pcThunk({ mnemonic, operands: [target] }: Parsed): string | null {
  if (!mnemonic.startsWith("call") || target?.kind !== "target" || target.symbol === null) return null;
  const name = /^__(?:x86|i686)\.get_pc_thunk\.([a-z]{2})$/.exec(target.symbol)?.[1];
  return name === undefined ? null : (registerPart(`e${name}`)?.family ?? null);
}
