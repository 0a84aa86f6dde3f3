import { evaluate, type Evaluated } from "../x86/address.js";
import type { Explained } from "./explained.js";
import type { Explanation, Instruction } from "../evidence.js";
import type { Parsed } from "../x86/instruction.js";
import { memoryAccesses, type MemoryAccess } from "../x86/memory-access.js";
import { hex, modeOf } from "../x86/register.js";

/** An access of the faulting instruction, and where it points by the registers. */
export interface Candidate extends MemoryAccess {
  readonly evaluated: Evaluated;
}

/** The accesses of an instruction whose address the registers give. `next`: the instruction behind it, which rip points at. */
export function candidatesOf(
  parsed: Parsed,
  registers: Explained["registers"],
  next: Instruction | undefined,
): Candidate[] {
  return memoryAccesses(parsed, modeOf(registers)).flatMap((access) => {
    const after = next === undefined ? null : BigInt(next.address);
    const evaluated = evaluate(access.operand, registers, parsed, after);
    return evaluated === null ? [] : [{ ...access, evaluated }];
  });
}

export const VERBS = { read: "read", write: "write", "read-write": "read and write" } as const;

export function operandRecord({
  operand,
  access,
  evaluated,
}: Candidate): NonNullable<Explanation["operand"]> {
  const { base, index, segment } = evaluated;
  return {
    access,
    text: operand.text,
    displacement: hex(operand.displacement),
    base: base === null ? null : { register: base.register, value: hex(base.value) },
    index: index === null ? null : { ...index, value: hex(index.value) },
    segment: segment === null ? null : { register: segment.register, value: hex(segment.value) },
    address: hex(evaluated.address),
  };
}

/** The bytes of a base register that are text: a pointer that something overwrote with words. */
export function textFact({ base }: Evaluated): string[] {
  const letters = base === null ? null : asText(base.value);
  return base === null || letters === null ? [] : [`the bytes of ${base.register} are the text "${letters}"`];
}

/** A pointer that is eight, or its low four to seven, printable characters in memory's order. */
function asText(value: bigint): string | null {
  const bytes: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 8n) bytes.push(Number(rest & 0xffn));
  if (bytes.length < 4 || !bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) return null;
  return String.fromCharCode(...bytes).replace(/["\\]/g, "\\$&");
}
