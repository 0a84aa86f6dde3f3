import type { Mapping } from "../evidence.js";
import type { MemoryOperand, Parsed } from "./instruction.js";
import { hex, modeOf, registerPart, registerValue, type Mode } from "./register.js";

/** Where an operand points, with the parts that it was computed from. */
export interface Evaluated {
  readonly address: bigint;
  readonly base: { readonly register: string; readonly value: bigint } | null;
  readonly index: { readonly register: string; readonly value: bigint; readonly scale: number } | null;
  readonly segment: { readonly register: string; readonly value: bigint } | null;
}

type Registers = Readonly<Record<string, string>>;

/**
 * displacement + base + index * scale + the segment's base, modulo 2^64 or 2^32 (Intel SDM vol. 1, 3.7.5). Null where a register
 * is not known. `next`: address of the instruction after, from which rip-relative operands count; gdb's comment, where
 * there is one, is that sum already.
 */
export function evaluate(
  operand: MemoryOperand,
  registers: Registers,
  parsed: Parsed,
  next: bigint | null,
): Evaluated | null {
  let address = operand.displacement;
  let base: Evaluated["base"] = null;
  let index: Evaluated["index"] = null;
  let segment: Evaluated["segment"] = null;
  if (operand.base === "rip" || operand.base === "eip") {
    if (parsed.comment !== null) address = parsed.comment.address;
    else if (next !== null) address += next;
    else return null;
  } else if (operand.base !== null) {
    const value = registerValue(operand.base, registers);
    if (value === null) return null;
    base = { register: operand.base, value };
    address += value;
  }
  if (operand.index !== null) {
    const value = registerValue(operand.index, registers);
    if (value === null) return null;
    index = { register: operand.index, value, scale: operand.scale };
    address += value * BigInt(operand.scale);
  }
  // Addresses made of 32-bit registers are cut to 32 bits, and so are all in a program of 32 bits.
  const narrow =
    modeOf(registers) === 32 ||
    [operand.base, operand.index].some((name) => name !== null && registerPart(name)?.bits === 32);
  if (narrow) address = BigInt.asUintN(32, address);
  // In 64-bit mode all segments but fs and gs start at 0.
  if (operand.segment === "fs" || operand.segment === "gs") {
    const name = `${operand.segment}_base`;
    if (!Object.hasOwn(registers, name)) return null;
    segment = { register: operand.segment, value: BigInt(registers[name] ?? "0x0") };
    address += segment.value;
  }
  return { address: BigInt.asUintN(modeOf(registers), address), base, index, segment };
}

/** Bits 63 to 47 alike: what a processor with 48-bit addresses takes (Intel SDM vol. 1, 3.3.7.1). */
export function isCanonical(address: bigint): boolean {
  const top = BigInt.asUintN(64, address) >> 47n;
  return top === 0n || top === 0x1ffffn;
}

/** Linux maps nothing below vm.mmap_min_addr, 64 KiB: an address there is null and a bit more. */
export const NEAR_NULL = 0x10000n;

/** Distance from null of an address a little above or below it, else null. */
export function fromNull(address: bigint, mode: Mode = 64): bigint | null {
  const signed = BigInt.asIntN(mode, address);
  return signed > -NEAR_NULL && signed < NEAR_NULL ? signed : null;
}

export function mappingOf(address: bigint, mappings: readonly Mapping[]): Mapping | null {
  return mappings.find(({ start, end }) => BigInt(start) <= address && address < BigInt(end)) ?? null;
}

/** `0x72 'r'`, `0`, `0xdeadbeef`. */
export function valueText(value: bigint): string {
  if (value === 0n) return "0";
  return value > 0x20n && value < 0x7fn
    ? `${hex(value)} '${String.fromCharCode(Number(value))}'`
    : hex(value);
}

/** `0xe5 = 0x1 + rcx (0) + 2 * rdx (0x72 'r')`. */
export function sumText(operand: MemoryOperand, evaluated: Evaluated): string {
  const terms: string[] = [];
  if (evaluated.segment !== null)
    terms.push(`${evaluated.segment.register}_base (${hex(evaluated.segment.value)})`);
  const { displacement } = operand;
  if (displacement > 0n) terms.push(hex(displacement));
  if (evaluated.base !== null) terms.push(`${evaluated.base.register} (${valueText(evaluated.base.value)})`);
  if (evaluated.index !== null) {
    const { register, value, scale } = evaluated.index;
    terms.push(`${scale === 1 ? "" : `${scale} * `}${register} (${valueText(value)})`);
  }
  const sum = terms.join(" + ");
  const less = displacement < 0n ? ` - ${hex(-displacement)}` : "";
  return terms.length === 0 ? hex(evaluated.address) : `${hex(evaluated.address)} = ${sum}${less}`;
}
