import * as z from "zod";
import { Hold, scheduleText } from "../../plan/schedule.js";
import { gdbLook, type LookedAt } from "./gdb-look.js";

const Name = z.string().max(200).nullable();

/** An instruction before which a thread can be held; written by hold.py. */
const HoldPoint = z.object({
  kind: z.literal("point"),
  place: Hold.shape.place,
  function: Name,
  /** Bytes from the function's first instruction. */
  offset: z.int().nonnegative(),
  file: Name,
  line: z.int().nullable(),
  instruction: z.string().max(200),
  /** It is in the program's own code, as far as its sources' names tell. */
  own: z.boolean(),
  object: Name,
  /** It is in a function of the crash's frames. */
  near: z.boolean(),
});
export type HoldPoint = Omit<z.infer<typeof HoldPoint>, "kind">;

/** Runs until one crashes under gdb. */
const RUNS = 15;
const EACH_MS = 10_000;
const TIMEOUT_MS = 90_000;

export interface HoldPointsRequest extends LookedAt {
  /** A hold that the crash came with. */
  readonly hold: Hold;
  /** Places to be described, too. */
  readonly places: readonly string[];
}

/**
 * The memory accesses and calls in the functions that a program's threads were in when it crashed, in the order of their addresses: gdb looks at a run with a hold
 * that crashes. Empty where none did. Throws Failure("infrastructure" | "interrupted").
 */
export function holdPoints({ hold, places, ...where }: HoldPointsRequest): Promise<readonly HoldPoint[]> {
  const schedule = scheduleText({ rule: "hold", seed: 0, at: hold });
  const watch = { runs: RUNS, eachMs: EACH_MS, schedule, places };
  return gdbLook(HoldPoint, where, { script: "hold.py", timeoutMs: TIMEOUT_MS, watch });
}

/** `reader at race.c:9, before ``call strlen``` without the last part where it is not wanted. */
export function describePoint({ function: name, file, line, instruction, object }: HoldPoint): string {
  const place =
    file === null || line === null ? (object === null ? "" : ` in ${object}`) : ` at ${file}:${line}`;
  return `${name ?? "code without a name"}${place}, before \`${instruction}\``;
}
