import type { Explained } from "../explain/explained.js";
import type { Frame, Mapping } from "../evidence.js";
import { hex, registerValue } from "../x86/register.js";
import { crashedThread } from "./thread-story.js";

/** Linux keeps this much free below a growing stack (stack_guard_gap, 256 pages). */
const GUARD = 0x100000n;
/** A function may lower rsp by its whole frame before it touches it. */
const BIGGEST_FRAME = 0x1000000n;
const LOOKED_AT = 64;
/** So often must a function be among the innermost frames to be called recursive. */
const REPEATS = 4;

/** Functions that call themselves, by turns with others or not: those that fill the innermost frames. */
export function recursiveFunctions(frames: readonly Frame[]): string[] {
  const counts = new Map<string, number>();
  for (const { function: name, trusted } of frames.slice(0, LOOKED_AT)) {
    if (name !== null && trusted) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].flatMap(([name, count]) => (count >= REPEATS ? [name] : [])).sort();
}

/**
 * Whether a fault is the end of the crashing thread's stack: the address lies just under (or in the guard of) the
 * mapping that rsp is in or has just left. Null where it is not, or where mappings or rsp are not known.
 */
export function stackOverflow(
  { mappings, registers, threads }: Pick<Explained, "mappings" | "registers" | "threads">,
  address: bigint,
): { text: string; facts: string[] } | null {
  const rsp = registerValue("rsp", registers);
  if (rsp === null) return null;
  const stack = stackAbove(mappings, address, rsp);
  if (stack === null) return null;
  const thread = crashedThread(threads);
  const size = BigInt(stack.end) - BigInt(stack.start);
  const whose = thread === null ? "the stack" : `the stack of thread ${thread.number}`;
  const used = BigInt(stack.end) - rsp;
  const recursive = recursiveFunctions(thread?.frames ?? []);
  const facts =
    recursive.length === 0 || thread === null
      ? []
      : [
          `${recursive.slice(0, 6).join(" and ")} ${recursive.length > 1 ? "call" : "calls"} itself: at least ${thread.frames.length + thread.elided} frames deep`,
        ];
  const text = `${whose} is full: ${kib(size)} from ${stack.start} to ${stack.end}, rsp ${hex(rsp)} (${kib(used)} used)`;
  return {
    text,
    facts: recursive.length > 1 ? facts.map((fact) => fact.replace("itself", "each other")) : facts,
  };
}

function kib(bytes: bigint): string {
  return bytes % 0x100000n === 0n ? `${bytes >> 20n} MiB` : `${bytes >> 10n} KiB`;
}

function stackAbove(mappings: readonly Mapping[], address: bigint, rsp: bigint): Mapping | null {
  const usable = mappings.filter(({ permissions }) => permissions.includes("w"));
  const above = usable.find(({ start }) => BigInt(start) > address);
  if (above === undefined) return null;
  const start = BigInt(above.start);
  // Not a hole beside the stack: under it there is its guard, or nothing.
  const covering = mappings.find((m) => BigInt(m.start) <= address && address < BigInt(m.end));
  if (covering !== undefined && !covering.permissions.startsWith("---")) return null;
  const between = mappings.some((m) => BigInt(m.start) > address && BigInt(m.end) <= start);
  if (between || start - address > (covering === undefined ? GUARD : BIGGEST_FRAME)) return null;
  const inside = rsp >= start && rsp < BigInt(above.end);
  const left = rsp < start && start - rsp < BIGGEST_FRAME;
  // rsp far up its stack has not run out of it: then the address only happens to be near.
  const atItsEnd = rsp - address < GUARD;
  return (inside && atItsEnd) || left ? above : null;
}
