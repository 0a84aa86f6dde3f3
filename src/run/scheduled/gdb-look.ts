import type * as z from "zod";
import { gdbRequest, gdbTask } from "../capture/gdb-task.js";
import { runOnce } from "../runner/once.js";
import type { ScheduledRunner } from "./open-scheduled.js";

/** Where a program is run to be looked at. */
export type LookedAt = Omit<ScheduledRunner, "plan">;

/** What a script of gdb's is told of the runs that it looks at. */
export interface Look {
  readonly script: "story.py" | "hold.py";
  /** Of all runs together, milliseconds. */
  readonly timeoutMs: number;
  readonly watch: Omit<NonNullable<Parameters<typeof gdbRequest>[3]>, "timeoutMs">;
}

/** Runs a script of gdb's, and reads the records that it writes; other lines are the program's own. Throws Failure("infrastructure" | "interrupted"). */
export async function gdbLook<T>(
  record: z.ZodType<T>,
  { engine, cell, binary, labels, signal }: LookedAt,
  { script, timeoutMs, watch }: Look,
): Promise<T[]> {
  const asked = gdbRequest(cell, binary, timeoutMs, { ...watch, timeoutMs });
  const { output } = await runOnce(engine, gdbTask(cell, binary, asked, timeoutMs, labels, script), signal);
  const said = output?.stdout.head.toString("utf8") ?? "";
  return said.split("\n").flatMap((line) => {
    if (!line.startsWith(`${asked.mark} `)) return [];
    try {
      const parsed = record.safeParse(JSON.parse(line.slice(asked.mark.length + 1)));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}
