import { join } from "node:path";
import type { Binary } from "../images/binary.js";
import type { Plan } from "../plan/plan.js";
import { describeSchedule, type ScheduleFile } from "../plan/schedule.js";
import type { Result } from "../result/result.js";
import { holdScript } from "./hold-script.js";
import { settledSignatures, writeScheduleFile } from "./schedule-file.js";
import type { SettledHolds } from "./settle-holds.js";
import { writeWhole } from "./write-reports.js";

/** Writes `holds/SIGNATURE.json`, for `run --schedule`, and `.gdb` for each crash of a result that holding a thread brings. */
export async function writeHolds(
  folder: string,
  result: Result,
  plan: Plan,
  settled: SettledHolds,
  binaries: ReadonlyMap<string, Binary>,
): Promise<void> {
  for (const { signature, told, schedule, about } of settledSignatures(result, plan, settled, binaries)) {
    if (signature.hold === undefined) continue;
    const { firstAttempt: attempt, attempts, crashes, hold } = told;
    const file: ScheduleFile = {
      ...about,
      found: { by: describeSchedule(schedule), seed: schedule.seed, attempt, switches: 0 },
      played: { attempts, crashes },
      switches: [],
      hold,
    };
    await writeScheduleFile(folder, signature.hold.file, file);
    const script = holdScript(signature.hold, signature.title);
    if (script !== null) await writeWhole(join(folder, signature.hold.script), script);
  }
}
