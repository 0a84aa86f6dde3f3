import type { Instruction } from "../evidence.js";
import { isBranch, parseInstruction, type MemoryOperand, type Parsed } from "./instruction.js";
import { memoryAccesses } from "./memory-access.js";
import { registerPart } from "./register.js";
import { writtenRegisters } from "./written-registers.js";

/** Where the value in a register came from, as far as the code before the fault shows it. */
export type Origin =
  /** What a function returned, or (`loaded`) what lay where its return value pointed. */
  | {
      readonly kind: "return";
      readonly callee: string;
      readonly loaded: string | null;
      readonly bytes: number;
    }
  /** Read from memory by this instruction. */
  | { readonly kind: "load"; readonly text: string; readonly from: string }
  | { readonly kind: "constant"; readonly text: string; readonly value: bigint }
  | { readonly kind: "computed"; readonly text: string }
  /** As the function got it: nothing between its first instruction and the fault writes it. */
  | { readonly kind: "argument"; readonly position: number };

/** An origin, and whether every path that the listing shows leads through it. */
export interface Trace {
  readonly origin: Origin;
  readonly certain: boolean;
}

const ARGUMENTS = ["rdi", "rsi", "rdx", "rcx", "r8", "r9"];
const MAX_STEPS = 256;
/** Stands for a word in the function's frame where a register's name is asked for. */
const SLOT = "(slot)";

/**
 * Follows a register back from the faulting instruction to what put its value there: through moves between registers,
 * to a load, a constant, a call or the function's entry. Null where the listing does not show it; never a guess: where
 * a jump may lead to the fault past what was found, `certain` is false.
 */
export function originOf(register: string, disassembly: readonly Instruction[]): Trace | null {
  const listing = disassembly.map((line) => ({ ...line, parsed: parseInstruction(line.text) }));
  const fault = listing.findIndex((line) => line.current);
  const start = registerPart(register)?.family;
  if (fault === -1 || start === undefined) return null;
  let tracked = start;
  let until = fault;
  let loaded: string | null = null;
  let load: Trace | null = null;
  const spans: Span[] = [];
  const follow = (register: string, at: number): void => {
    spans.push({ register: tracked, low: at, high: until });
    [tracked, until] = [register, at];
  };
  const found = (origin: Origin, at: number): Trace => ({
    origin,
    certain: [...spans, { register: tracked, low: at, high: until }].every((span) => onlyWay(listing, span)),
  });
  for (let i = fault - 1; i >= 0 && i > fault - MAX_STEPS; i--) {
    const line = listing[i];
    const parsed = line?.parsed;
    if (line === undefined || parsed === undefined || parsed === null) return load;
    if (endsFlow(parsed) && !jumpsInto(listing, i, fault)) return load;
    const written = writtenRegisters(parsed);
    if (written === null) return load;
    if (!written.has(tracked)) continue;
    if (/^call/.test(parsed.mnemonic)) {
      const callee = calleeOf(parsed);
      if (tracked !== "rax" || callee === null) return load;
      const back = listing[i + 1];
      const here = listing[fault];
      if (back === undefined || here === undefined) return null;
      const bytes = Number(BigInt(here.address) - BigInt(back.address));
      return found({ kind: "return", callee, loaded, bytes }, i);
    }
    // One load is followed to a call, whose result may be a pointer to the value; beyond that the load is the answer.
    if (loaded !== null) return load;
    const [source] = parsed.operands;
    const target = parsed.operands.at(-1);
    const width = target?.kind === "register" ? (registerPart(target.name)?.bits ?? 0) : 0;
    if (width < 32 || parsed.operands.length !== 2) {
      return found({ kind: "computed", text: squeezed(line.text) }, i);
    }
    if (/^mov(?:abs|[sz][bwl][lqw]|[qlwb])?$|^movslq$|^cltq$/.test(parsed.mnemonic)) {
      if (source?.kind === "register") {
        const next = registerPart(source.name);
        if (next === null) return found({ kind: "computed", text: squeezed(line.text) }, i);
        follow(next.family, i);
        continue;
      }
      if (source?.kind === "immediate") {
        return found({ kind: "constant", text: squeezed(line.text), value: source.value }, i);
      }
      if (source?.kind !== "memory") return found({ kind: "computed", text: squeezed(line.text) }, i);
      const stored = width === 64 ? storedAt(listing, i, source) : null;
      if (stored !== null) {
        // What a function keeps in its own frame is looked for where it was put there.
        follow(SLOT, i);
        follow(stored.register, stored.at);
        i = stored.at;
        continue;
      }
      loaded = squeezed(line.text);
      load = found({ kind: "load", text: loaded, from: addressOf(parsed) }, i);
      const base = source.base === null ? null : (registerPart(source.base)?.family ?? null);
      if (base === null || base === "rip" || source.index !== null || source.displacement !== 0n) {
        return load;
      }
      follow(base, i);
      continue;
    }
    if (/^(?:xor|sub)[lq]?$/.test(parsed.mnemonic) && sameRegister(parsed)) {
      return found({ kind: "constant", text: squeezed(line.text), value: 0n }, i);
    }
    return found({ kind: "computed", text: squeezed(line.text) }, i);
  }
  if (load !== null) return load;
  const first = listing[0];
  const position = ARGUMENTS.indexOf(tracked);
  if (first?.offset === 0 && position !== -1) return found({ kind: "argument", position: position + 1 }, -1);
  return null;
}

/**
 * The instruction before `at` that put a register into the same slot of the function's frame, where everything between is
 * straight code that writes no other memory: nothing else can have changed the slot.
 */
function storedAt(
  listing: readonly Line[],
  at: number,
  slot: MemoryOperand,
): { register: string; at: number } | null {
  const { base } = slot;
  if ((base !== "rbp" && base !== "rsp") || slot.index !== null || slot.segment !== null) return null;
  for (let i = at - 1; i >= 0; i--) {
    const parsed = listing[i]?.parsed;
    if (!parsed || isBranch(parsed.mnemonic) || endsFlow(parsed)) return null;
    if (writtenRegisters(parsed)?.has(base) !== false) return null;
    const target = parsed.operands.at(-1);
    const [source] = parsed.operands;
    const writes = memoryAccesses(parsed).filter(({ access }) => access !== "read");
    if (writes.length === 0) continue;
    if (target?.kind !== "memory") return null;
    const sameSlot = target.base === base && target.displacement === slot.displacement;
    if (sameSlot && parsed.mnemonic.startsWith("mov") && source?.kind === "register") {
      const part = registerPart(source.name);
      return part !== null && part.bits === 64 ? { register: part.family, at: i } : null;
    }
    // Another slot of the frame, apart by a word, is other memory; anything else may be this one.
    const apart = target.displacement - slot.displacement;
    const size = BigInt(writes[0]?.size ?? 8);
    if (target.base !== base || target.index !== null || (apart < 8n && apart > -size)) return null;
  }
  return null;
}

type Line = Instruction & { readonly parsed: Parsed | null };

function squeezed(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function addressOf(parsed: Parsed): string {
  const [source] = parsed.operands;
  const symbol = parsed.comment?.symbol;
  if (symbol !== undefined && symbol !== null) return symbol;
  return source?.kind === "memory" ? source.text : "";
}

function sameRegister(parsed: Parsed): boolean {
  const [a, b] = parsed.operands;
  return a?.kind === "register" && b?.kind === "register" && a.name === b.name;
}

/** `call 0x… <__ctype_b_loc@plt>` -> `__ctype_b_loc`; null for a call through a register or without a symbol. */
function calleeOf(parsed: Parsed): string | null {
  const [target] = parsed.operands;
  const symbol = target?.kind === "target" ? target.symbol : (parsed.comment?.symbol ?? null);
  if (symbol === null) return null;
  const name = symbol.replace(/@(?:plt|got\.plt|got|GLIBC[\w.]*).*$/, "");
  return /^\*|\+\d+$/.test(name) ? null : name;
}

/** Control does not go on to the next instruction. */
function endsFlow({ mnemonic }: Parsed): boolean {
  return /^(?:l?jmp[qwl]?|ret[qwl]?|lret[qwl]?|iret[qwl]?|hlt|ud2[ab]?|ud[012])$/.test(mnemonic);
}

function jumpTarget(parsed: Parsed | null): bigint | null {
  if (parsed === null || !isBranch(parsed.mnemonic) || parsed.mnemonic.startsWith("call")) return null;
  const [target] = parsed.operands;
  return target?.kind === "target" ? target.address : null;
}

/** The jump at `i` leads to a place after it and up to the fault. */
function jumpsInto(listing: readonly Line[], i: number, fault: number): boolean {
  const target = jumpTarget(listing[i]?.parsed ?? null);
  const from = listing[i + 1];
  const to = listing[fault];
  if (target === null || from === undefined || to === undefined) return false;
  return target >= BigInt(from.address) && target <= BigInt(to.address);
}

/** A register holds the value from after instruction `low` until `high` uses it. */
interface Span {
  readonly register: string;
  readonly low: number;
  readonly high: number;
}

/**
 * Whether all jumps that the listing shows into a span keep the value: one from before it comes past what put the value
 * there; one from after it keeps it where nothing between writes the register.
 */
function onlyWay(listing: readonly Line[], { register, low, high }: Span): boolean {
  const first = listing[low + 1];
  const last = listing[high];
  if (first === undefined || last === undefined) return false;
  // Code after it may write a slot through any pointer.
  let kept = register !== SLOT;
  for (const [i, line] of listing.entries()) {
    if (i >= high) {
      const written = line.parsed === null ? null : writtenRegisters(line.parsed);
      kept &&= written !== null && !written.has(register);
    }
    const target = jumpTarget(line.parsed);
    if (target === null || target < BigInt(first.address) || target > BigInt(last.address)) continue;
    if (i < low || (i > high && !kept)) return false;
  }
  return true;
}
