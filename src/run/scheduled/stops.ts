import * as z from "zod";
import { type Hold, scheduleText, type Switch } from "../../plan/schedule.js";
import { gdbLook, type LookedAt } from "./gdb-look.js";

const Name = z.string().max(200).nullable();
const Frame = z.object({ function: Name, file: Name, line: z.int().nullable(), object: Name });
export type StoryFrame = z.infer<typeof Frame>;

/** Where every thread stood when the program was stopped at a switch, or (`at` -1) at the crash; written by story.py. */
const Stop = z.object({
  kind: z.literal("stop"),
  at: z.int(),
  threads: z
    .array(
      z.object({
        number: z.int(),
        stopped: z.boolean(),
        /** What it waits for in a futex call, by its name in the program. */
        waitsFor: Name,
        frames: z.array(Frame).max(16),
        instruction: z.string().max(200).nullable(),
      }),
    )
    .max(512),
});
export type Stop = z.infer<typeof Stop>;

/** More switches are no story that anybody reads. */
const MOST_STOPS = 12;
const EACH_MS = 30_000;

export interface StopsRequest extends LookedAt {
  readonly switches: readonly Switch[];
  /** The clock that it was found with. */
  readonly clock?: { readonly fixClock?: number };
}

/**
 * Plays a schedule under gdb, once up to each of its switches and once up to the crash. Stops that could not be had are left out. Throws
 * Failure("infrastructure" | "interrupted").
 */
export async function stopsOf({ switches, clock = {}, ...where }: StopsRequest): Promise<readonly Stop[]> {
  if (switches.length > MOST_STOPS) return [];
  const stops = [...switches.keys(), -1];
  return playUpTo(where, scheduleText({ rule: "play", seed: 0, switches: [...switches], ...clock }), stops);
}

/** Tries of a hold, which does not bring its crash each time. */
const HOLD_TRIES = 6;

/** Where every thread stands at the crash that a hold brings; null where it did not come again. Throws as stopsOf. */
export async function stopOfHold(where: LookedAt, hold: Hold): Promise<Stop | null> {
  const text = scheduleText({ rule: "hold", seed: 0, at: hold });
  const stops = await playUpTo(where, text, Array<number>(HOLD_TRIES).fill(-1));
  return stops[0] ?? null;
}

function playUpTo(where: LookedAt, schedule: string, stops: readonly number[]): Promise<readonly Stop[]> {
  const watch = { runs: 1, eachMs: EACH_MS, schedule, stops };
  return gdbLook(Stop, where, { script: "story.py", timeoutMs: stops.length * EACH_MS, watch });
}
