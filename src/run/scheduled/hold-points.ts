import * as z from "zod";
import type { Engine, Labels } from "../../docker/engine.js";
import type { Binary } from "../../images/binary.js";
import type { Cell } from "../../plan/plan.js";
import { Hold, scheduleText } from "../../plan/schedule.js";
import { gdbRequest, gdbTask } from "../capture/gdb-task.js";
import { runOnce } from "../runner/once.js";

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
  object: Name,
  /** It is in a function of the crash's frames. */
  near: z.boolean(),
});
export type HoldPoint = Omit<z.infer<typeof HoldPoint>, "kind">;

/** Runs until one crashes under gdb. */
const RUNS = 15;
const EACH_MS = 10_000;
const TIMEOUT_MS = 90_000;

export interface HoldPointsRequest {
  readonly engine: Engine;
  readonly cell: Cell;
  readonly binary: Binary;
  readonly labels: Labels;
  readonly signal: AbortSignal;
  /** A hold that the crash came with. */
  readonly hold: Hold;
  /** Places to be described, too. */
  readonly places: readonly string[];
}

/**
 * The memory accesses and calls in the functions that a program's threads were in when it crashed, in the order of their addresses: gdb looks at a run with a hold
 * that crashes. Empty where none did. Throws Failure("infrastructure" | "interrupted").
 */
export async function holdPoints(request: HoldPointsRequest): Promise<readonly HoldPoint[]> {
  const { engine, cell, binary, labels, signal, hold, places } = request;
  const asked = gdbRequest(cell, binary, TIMEOUT_MS, {
    runs: RUNS,
    timeoutMs: TIMEOUT_MS,
    eachMs: EACH_MS,
    schedule: scheduleText({ rule: "hold", seed: 0, at: hold }),
    places,
  });
  const { output } = await runOnce(
    engine,
    gdbTask(cell, binary, asked, TIMEOUT_MS, labels, "hold.py"),
    signal,
  );
  const said = output?.stdout.head.toString("utf8") ?? "";
  return said.split("\n").flatMap((line) => readPoint(line, asked.mark));
}

function readPoint(line: string, mark: string): HoldPoint[] {
  if (!line.startsWith(`${mark} `)) return [];
  try {
    const parsed = HoldPoint.safeParse(JSON.parse(line.slice(mark.length + 1)));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}

/** `reader at race.c:9, before ``call strlen``` without the last part where it is not wanted. */
export function describePoint({ function: name, file, line, instruction, object }: HoldPoint): string {
  const place =
    file === null || line === null ? (object === null ? "" : ` in ${object}`) : ` at ${file}:${line}`;
  return `${name ?? "code without a name"}${place}, before \`${instruction}\``;
}
