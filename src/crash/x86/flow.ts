import type { Instruction } from "../evidence.js";
import { isBranch, type Parsed } from "./instruction.js";
import { writtenRegisters } from "./written-registers.js";

/** A line of a listing and what it says; null where it is no instruction. */
export type Line = Instruction & { readonly parsed: Parsed | null };

/** A register, or a slot of the frame, holds the value from after instruction `low` until `high` uses it. */
export interface Span {
  readonly holder: string;
  readonly low: number;
  readonly high: number;
}

/** Stands for a word in the function's frame where a register's name is asked for. */
export const SLOT = "(slot)";

/** Control does not go on to the next instruction. */
export function endsFlow({ mnemonic }: Parsed): boolean {
  return /^(?:l?jmp[qwl]?|ret[qwl]?|lret[qwl]?|iret[qwl]?|hlt|ud2[ab]?|ud[012])$/.test(mnemonic);
}

/** The jump at `i` leads to a place after it and up to the fault. */
export function jumpsInto(listing: readonly Line[], i: number, fault: number): boolean {
  const target = jumpTarget(listing[i]?.parsed ?? null);
  const from = listing[i + 1];
  const to = listing[fault];
  if (target === null || from === undefined || to === undefined) return false;
  return target >= BigInt(from.address) && target <= BigInt(to.address);
}

/**
 * Whether all jumps that the listing shows into a span keep the value: one from before it comes past what put the value
 * there; one from after it keeps it where nothing between writes the holder.
 */
export function onlyWay(listing: readonly Line[], { holder, low, high }: Span): boolean {
  const first = listing[low + 1];
  const last = listing[high];
  if (first === undefined || last === undefined) return false;
  // Code after it may write a slot through any pointer.
  let kept = holder !== SLOT;
  for (const [i, { parsed }] of listing.entries()) {
    if (i >= high) kept &&= parsed !== null && keeps(parsed, holder);
    const target = jumpTarget(parsed);
    if (target === null || target < BigInt(first.address) || target > BigInt(last.address)) continue;
    if (i < low || (i > high && !kept)) return false;
  }
  return true;
}

/** It is known not to write that register. */
function keeps(parsed: Parsed, register: string): boolean {
  return writtenRegisters(parsed)?.has(register) === false;
}

function jumpTarget(parsed: Parsed | null): bigint | null {
  if (parsed === null || !isBranch(parsed.mnemonic) || parsed.mnemonic.startsWith("call")) return null;
  const [target] = parsed.operands;
  return target?.kind === "target" ? target.address : null;
}
