import type { Explanation } from "../evidence.js";
import type { KernelLine } from "../read/kernel/fault-line.js";

/** Bits of x86's page fault error code (Intel SDM 3A, 4.7; arch/x86/include/asm/trap_pf.h). */
const PRESENT = 0x1;
const WRITE = 0x2;
const USER = 0x4;
const RESERVED = 0x8;
const FETCH = 0x10;
const KEY = 0x20;
const SHADOW = 0x40;

/** Below this an address is an offset from null. */
const SMALL = 0x10000n;

/** The fault that a line of the kernel tells, its error bits in words. */
export function explainKernelLine({ fault, signal, address, error, ip }: KernelLine): Explanation {
  if (address === null || error === null) {
    const [kind, text] = TRAPS[fault] ?? ["unknown", `${fault}, which becomes ${signal}`];
    return { kind, text, operand: null, facts: [] };
  }
  const at = BigInt(address);
  const access =
    (error & FETCH) !== 0 || address === ip ? "execution" : (error & WRITE) !== 0 ? "write" : "read";
  const near = at === 0n ? " (null)" : at < SMALL ? " (a small offset from null)" : "";
  const text = `${access} of ${address}${near}; error ${error.toString(16)} says: ${errorWords(error).join(", ")}`;
  return { kind: kindOf(at, access, error), text, operand: null, facts: [] };
}

function kindOf(at: bigint, access: string, error: number): Explanation["kind"] {
  if (access === "execution") return "execute-bad-address";
  if (at < SMALL) return at === 0n ? "null-dereference" : "near-null";
  return access === "write" && (error & PRESENT) !== 0 ? "write-to-read-only" : "wild-pointer";
}

function errorWords(error: number): string[] {
  return [
    (error & USER) !== 0 ? "in user mode" : "in the kernel, on the program's behalf",
    (error & FETCH) !== 0 ? "fetching an instruction" : (error & WRITE) !== 0 ? "writing" : "reading",
    (error & PRESENT) !== 0 ? "the page does not allow it" : "no page is there",
    ...((error & RESERVED) !== 0 ? ["a reserved bit is set in the page table"] : []),
    ...((error & KEY) !== 0 ? ["a protection key forbids it"] : []),
    ...((error & SHADOW) !== 0 ? ["an access to the shadow stack"] : []),
  ];
}

const TRAPS: Readonly<Record<string, readonly [Explanation["kind"], string]>> = {
  "general protection fault": [
    "unknown",
    "a general protection fault: an address that is not canonical, a misaligned operand that must be aligned, or an instruction that no program may execute; the kernel does not say which",
  ],
  "invalid opcode": [
    "illegal-instruction",
    "an instruction that the processor does not execute (ud2 is one)",
  ],
  "divide error": ["division", "an integer division by zero, or one whose result does not fit"],
  int3: ["trap", "a breakpoint instruction (int3) without a debugger"],
};
