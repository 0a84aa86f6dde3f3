import type { Explained } from "../explain/explained.js";
import { withoutTemplateArguments } from "../cxx-name.js";
import { binarySize } from "../../text/sizes.js";
import type { Frame, Mapping, Thread } from "../evidence.js";
import { hex, modeOf, nameIn, registerValue } from "../x86/register.js";
import { crashedThread } from "./thread-story.js";

/** Linux keeps this much free below a growing stack (stack_guard_gap, 256 pages). */
const GUARD = 0x100000n;
/** A function may lower rsp by its whole frame before it touches it. */
const BIGGEST_FRAME = 0x1000000n;
/** So far below its stack may rsp be left by one frame: a thread's stacks lie close together, the main thread's has room below it. */
const THREAD_REACH = 0x4000000n;
const MAIN_REACH = 0x40000000n;
/** An access of a frame lies no further below rsp (a call, the red zone), and no further above it. */
const BELOW_FRAME = 0x10000n;
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
 * mapping that rsp is in or has just left; or rsp itself lies below the thread's own stack, whatever is mapped there: a large frame
 * steps over the guard, into another thread's stack. Null where it is not, or where mappings or rsp are not known.
 */
export function stackOverflow(
  { mappings, registers, threads }: Pick<Explained, "mappings" | "registers" | "threads">,
  address: bigint,
): { text: string; facts: string[] } | null {
  const rsp = registerValue("rsp", registers);
  if (rsp === null) return null;
  const thread = crashedThread(threads);
  const full = stackAbove(mappings, address, rsp);
  const left = full !== null || thread === null ? null : leftStack(thread, mappings, address, rsp);
  const stack = full ?? left;
  if (stack === null) return null;
  const end = upperEnd(thread, stack);
  const size = end - BigInt(stack.start);
  const whose = thread === null ? "the stack" : ownerWords(thread, stack);
  const used = end - (rsp < BigInt(stack.start) ? BigInt(stack.start) : rsp);
  const below = BigInt(stack.start) - rsp;
  const recursive = recursiveFunctions(thread?.frames ?? []).map((name) =>
    withoutTemplateArguments(name, "<…>"),
  );
  const facts =
    recursive.length === 0 || thread === null
      ? []
      : [
          `${recursive.slice(0, 6).join(" and ")} ${recursive.length > 1 ? "call" : "calls"} itself: at least ${thread.frames.length + thread.elided} frames deep`,
        ];
  const where =
    left === null
      ? `(${binarySize(Number(used))} used)`
      : `lies ${binarySize(Number(below))} below it, in a frame that does not fit`;
  const text = `${whose} is full: ${binarySize(Number(size))} from ${stack.start} to ${hex(end)}, ${nameIn("rsp", modeOf(registers))} ${hex(rsp)} ${where}`;
  return {
    text,
    facts: recursive.length > 1 ? facts.map((fact) => fact.replace("itself", "each other")) : facts,
  };
}

/** A thread's own data lie this far above its thread pointer at most (glibc's `struct pthread`). */
const ABOVE_RECORD = 0x1000n;

/**
 * Where a thread's stack ends. The kernel shows what lies close together as one mapping, stacks of other threads, too: a thread's own
 * reaches to the page of its thread pointer, and a little further.
 */
function upperEnd(thread: Thread | null, stack: Mapping): bigint {
  const end = BigInt(stack.end);
  if (thread === null || thread.fsBase === null || !holds(stack, BigInt(thread.fsBase))) return end;
  const near = (BigInt(thread.fsBase) + ABOVE_RECORD + 0xfffn) & ~0xfffn;
  return near < end ? near : end;
}

/** How the frame is called in which the kernel starts a signal's handler. */
const HANDLER = /^(?:__restore_rt|__restore|<signal handler called>)$/;

/** Whose stack it is: the thread's own, the one that its signal handlers run on, or another that it has changed to. */
function ownerWords({ number, fsBase, frames }: Thread, stack: Mapping): string {
  const own = number === 1 ? stack.path === "[stack]" : fsBase === null || holds(stack, BigInt(fsBase));
  if (own || stack.path === "[stack]") return `the stack of thread ${number}`;
  const inHandler = frames.some(
    ({ function: name, trusted }) => trusted && name !== null && HANDLER.test(name),
  );
  return inHandler
    ? `the alternate stack of thread ${number}, which its signal handlers run on,`
    : `a stack that is not its own, and that thread ${number} runs on,`;
}

/** The stack that the crashing thread ran on, where rsp lies below it, and the fault is an access of the frame at rsp. */
function leftStack(
  thread: Thread,
  mappings: readonly Mapping[],
  address: bigint,
  rsp: bigint,
): Mapping | null {
  const own = callersStack(thread, mappings) ?? ownStack(thread, mappings);
  if (own === undefined) return null;
  const start = BigInt(own.start);
  const reach = own.path === "[stack]" ? MAIN_REACH : THREAD_REACH;
  const left = rsp < start && start - rsp < reach;
  const ofFrame = address >= rsp - BELOW_FRAME && address < start && address - rsp < reach;
  return left && ofFrame ? own : null;
}

/** The stack that the function which called the innermost one is on: a coroutine's, a signal handler's, whichever it is. */
function callersStack({ callerSp }: Thread, mappings: readonly Mapping[]): Mapping | undefined {
  if (callerSp === undefined) return undefined;
  return mappings.find((one) => one.permissions.includes("w") && holds(one, BigInt(callerSp)));
}

/**
 * `[stack]` of the main thread; of another the mapping that its thread pointer is in, for glibc and musl keep a thread's own data at the upper end
 * of its stack.
 */
function ownStack({ number, fsBase }: Thread, mappings: readonly Mapping[]): Mapping | undefined {
  if (number === 1) return mappings.find(({ path }) => path === "[stack]");
  if (fsBase === null) return undefined;
  return mappings.find(
    (one) => one.permissions.includes("w") && holds(one, BigInt(fsBase)) && one.path === null,
  );
}

function holds({ start, end }: Mapping, address: bigint): boolean {
  return BigInt(start) <= address && address < BigInt(end);
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
