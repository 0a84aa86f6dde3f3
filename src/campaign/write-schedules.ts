import type { Binary } from "../images/binary.js";
import type { Plan } from "../plan/plan.js";
import { describeSchedule, type ScheduleFile } from "../plan/schedule.js";
import type { Result } from "../result/result.js";
import { clockOfRecord } from "../run/scheduled/schedule-record.js";
import { settledSignatures, writeScheduleFile } from "./schedule-file.js";
import type { SettledSchedules } from "./settle-schedules.js";

/** Writes `schedules/SIGNATURE.json` for each crash of a result whose schedule is known. */
export async function writeSchedules(
  folder: string,
  result: Result,
  plan: Plan,
  settled: SettledSchedules,
  binaries: ReadonlyMap<string, Binary>,
): Promise<void> {
  for (const { signature, told, schedule, about } of settledSignatures(result, plan, settled, binaries)) {
    if (signature.schedule === undefined) continue;
    const { attempt, found: switches, played, record } = told;
    const file: ScheduleFile = {
      ...about,
      found: { by: describeSchedule(told.by ?? schedule), seed: schedule.seed, attempt, switches },
      played,
      switches: [...told.switches],
      ...clockOfRecord(record),
    };
    await writeScheduleFile(folder, signature.schedule.file, file);
  }
}
