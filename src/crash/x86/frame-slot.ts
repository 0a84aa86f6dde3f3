import { endsFlow, type Line } from "./flow.js";
import { isBranch, type MemoryOperand, type Parsed } from "./instruction.js";
import { memoryAccesses } from "./memory-access.js";
import { pcThunk } from "./pc-thunk.js";
import { registerPart, type Mode } from "./register.js";
import { writtenRegisters } from "./written-registers.js";

/**
 * The instruction before `at` that put a register (its family, `rax`) into the same slot of the function's frame, where everything
 * between is straight code that writes no other memory: nothing else can have changed the slot.
 */
export function storedAt(
  listing: readonly Line[],
  at: number,
  slot: MemoryOperand,
  mode: Mode,
): { readonly register: string; readonly at: number } | null {
  if (!isFrameSlot(slot)) return null;
  for (let i = at - 1; i >= 0; i--) {
    const parsed = listing[i]?.parsed;
    if (!parsed || !isStraight(parsed) || mayWrite(parsed, slot.base)) return null;
    const write = writeOf(parsed);
    if (write === null) continue;
    if (isSame(write, slot)) {
      const register = storedRegister(parsed, mode);
      return register === null ? null : { register, at: i };
    }
    if (!isApart(write, slot)) return null;
  }
  return null;
}

/**
 * The number of the function's argument, from 1, that lies where the load at `at` reads, in a program of 32 bits (System V ABI for i386, 2.2.2): behind the
 * return address, by the frame pointer once the function has set it, else by the stack pointer while that is as it was. Null where it is none.
 */
export function argumentIn(
  listing: readonly Line[],
  at: number,
  { base, index, segment, displacement }: MemoryOperand,
  mode: Mode,
): number | null {
  if (mode !== 32 || base === null || index !== null || segment !== null) return null;
  const behind = firstArgument(listing, at, base);
  if (behind === null || displacement < behind || (displacement - behind) % 4n !== 0n) return null;
  return Number((displacement - behind) / 4n) + 1;
}

/** How far above a register the function's first argument lies, as it was at the call; null where that is not known. */
function firstArgument(listing: readonly Line[], at: number, base: string): bigint | null {
  const before = listing.slice(0, at).flatMap(({ parsed }) => (parsed === null ? [] : [parsed]));
  if (listing[0]?.offset !== 0 || before.length !== at) return null;
  const body = before.filter(({ mnemonic }) => !mnemonic.startsWith("endbr"));
  const framed = base === "ebp" && body[0]?.mnemonic === "push" && setsFrame(body[1]);
  if (base !== "esp" && !framed) return null;
  const rest = framed ? body.slice(2) : body;
  const keeps = (parsed: Parsed): boolean =>
    isStraight(parsed) && !mayWrite(parsed, base) && !writesArgument(parsed);
  return rest.every(keeps) ? (framed ? 8n : 4n) : null;
}

/** `mov %esp,%ebp` */
function setsFrame(parsed: Parsed | undefined): boolean {
  const names = parsed?.operands.map((operand) => (operand.kind === "register" ? operand.name : ""));
  return parsed?.mnemonic === "mov" && names?.join() === "esp,ebp";
}

/** Whether an instruction may write above the function's frame, where its arguments are: what it pushes lies below. */
function writesArgument(parsed: Parsed): boolean {
  const write = writeOf(parsed);
  if (write === null || /^(?:push|call)/.test(parsed.mnemonic)) return false;
  if (write.target === null) return true;
  return write.target.base !== "ebp" || write.target.index !== null || write.target.displacement >= 0n;
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
  return slot.base !== null && /^[re][bs]p$/.test(slot.base) && slot.index === null && slot.segment === null;
}

function isStraight(parsed: Parsed): boolean {
  return (!isBranch(parsed.mnemonic) || pcThunk(parsed) !== null) && !endsFlow(parsed);
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
function storedRegister({ mnemonic, operands: [source] }: Parsed, mode: Mode): string | null {
  if (!mnemonic.startsWith("mov") || source?.kind !== "register") return null;
  const part = registerPart(source.name);
  return part?.bits === mode ? part.family : null;
}
