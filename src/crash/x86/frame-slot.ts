import { endsFlow, type Line } from "./flow.js";
import { isBranch, type MemoryOperand, type Parsed } from "./instruction.js";
import { memoryAccesses } from "./memory-access.js";
import { registerPart } from "./register.js";
import { writtenRegisters } from "./written-registers.js";

/**
 * The instruction before `at` that put a register (its family, `rax`) into the same slot of the function's frame, where everything
 * between is straight code that writes no other memory: nothing else can have changed the slot.
 */
export function storedAt(
  listing: readonly Line[],
  at: number,
  slot: MemoryOperand,
): { readonly register: string; readonly at: number } | null {
  if (!isFrameSlot(slot)) return null;
  for (let i = at - 1; i >= 0; i--) {
    const parsed = listing[i]?.parsed;
    if (!parsed || !isStraight(parsed) || mayWrite(parsed, slot.base)) return null;
    const write = writeOf(parsed);
    if (write === null) continue;
    if (isSame(write, slot)) {
      const register = storedRegister(parsed);
      return register === null ? null : { register, at: i };
    }
    if (!isApart(write, slot)) return null;
  }
  return null;
}

/** Where an instruction writes, and how many bytes; `target` null where that is not written in it (a push). */
interface Write {
  readonly target: MemoryOperand | null;
  readonly size: number;
}

function writeOf(parsed: Parsed): Write | null {
  const write = memoryAccesses(parsed).find(({ access }) => access !== "read");
  if (write === undefined) return null;
  const target = parsed.operands.at(-1);
  return { target: target?.kind === "memory" ? target : null, size: write.size };
}

function isFrameSlot(slot: MemoryOperand): slot is MemoryOperand & { readonly base: string } {
  return (slot.base === "rbp" || slot.base === "rsp") && slot.index === null && slot.segment === null;
}

function isStraight(parsed: Parsed): boolean {
  return !isBranch(parsed.mnemonic) && !endsFlow(parsed);
}

function mayWrite(parsed: Parsed, register: string): boolean {
  return writtenRegisters(parsed)?.has(register) !== false;
}

function isSame({ target }: Write, slot: MemoryOperand): boolean {
  return (
    target !== null &&
    isFrameSlot(target) &&
    target.base === slot.base &&
    target.displacement === slot.displacement
  );
}

/** Another slot of the frame, apart by a word, is other memory; anything else may be this one. */
function isApart({ target, size }: Write, slot: MemoryOperand): boolean {
  if (target === null || target.base !== slot.base || target.index !== null) return false;
  const apart = target.displacement - slot.displacement;
  return apart >= 8n || apart <= -BigInt(size);
}

/** The register that a move puts into memory whole. */
function storedRegister({ mnemonic, operands: [source] }: Parsed): string | null {
  if (!mnemonic.startsWith("mov") || source?.kind !== "register") return null;
  const part = registerPart(source.name);
  return part?.bits === 64 ? part.family : null;
}
