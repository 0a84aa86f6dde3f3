import * as z from "zod";
import type { Engine, Labels } from "../../docker/engine.js";
import type { Binary } from "../../images/binary.js";
import type { Cell } from "../../plan/plan.js";
import { type Hold, scheduleText, type Switch } from "../../plan/schedule.js";
import { gdbRequest, gdbTask } from "../capture/gdb-task.js";
import { runOnce } from "../runner/once.js";

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

export interface StopsRequest {
  readonly engine: Engine;
  readonly cell: Cell;
  readonly binary: Binary;
  readonly switches: readonly Switch[];
  /** The clock that it was found with. */
  readonly clock?: { readonly fixClock?: number };
  readonly labels: Labels;
  readonly signal: AbortSignal;
}

/**
 * Plays a schedule under gdb, once up to each of its switches and once up to the crash. Stops that could not be had are left out. Throws
 * Failure("infrastructure" | "interrupted").
 */
export async function stopsOf(request: StopsRequest): Promise<readonly Stop[]> {
  const { switches, clock = {} } = request;
  if (switches.length > MOST_STOPS) return [];
  const stops = [...switches.keys(), -1];
  return playUpTo(request, scheduleText({ rule: "play", seed: 0, switches: [...switches], ...clock }), stops);
}

/** Tries of a hold, which does not bring its crash each time. */
const HOLD_TRIES = 6;

/** Where every thread stands at the crash that a hold brings; null where it did not come again. Throws as stopsOf. */
export async function stopOfHold(request: Omit<StopsRequest, "switches">, hold: Hold): Promise<Stop | null> {
  const text = scheduleText({ rule: "hold", seed: 0, at: hold });
  const stops = await playUpTo(request, text, Array<number>(HOLD_TRIES).fill(-1));
  return stops[0] ?? null;
}

async function playUpTo(
  { engine, cell, binary, labels, signal }: Omit<StopsRequest, "switches">,
  schedule: string,
  stops: readonly number[],
): Promise<readonly Stop[]> {
  const timeoutMs = stops.length * EACH_MS;
  const asked = gdbRequest(cell, binary, timeoutMs, {
    runs: 1,
    timeoutMs,
    eachMs: EACH_MS,
    schedule,
    stops,
  });
  const task = gdbTask(cell, binary, asked, timeoutMs, labels, "story.py");
  const { output } = await runOnce(engine, task, signal);
  const said = output?.stdout.head.toString("utf8") ?? "";
  return said.split("\n").flatMap((line) => readStop(line, asked.mark));
}

function readStop(line: string, mark: string): Stop[] {
  if (!line.startsWith(`${mark} `)) return [];
  try {
    const parsed = Stop.safeParse(JSON.parse(line.slice(mark.length + 1)));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}
