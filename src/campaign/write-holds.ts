import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Binary } from "../images/binary.js";
import type { Plan } from "../plan/plan.js";
import { describeSchedule, type ScheduleFile } from "../plan/schedule.js";
import type { Result } from "../result/result.js";
import { holdScript } from "./hold-script.js";
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
  for (const { id, signatures } of result.environments) {
    const schedule = plan.cells.find((cell) => cell.id === id)?.run.schedule;
    for (const told of settled.get(id)?.values() ?? []) {
      const signature = signatures.find(({ firstAttempt }) => firstAttempt === told.firstAttempt);
      if (signature?.hold === undefined || schedule === undefined) continue;
      const file: ScheduleFile = {
        schema: "vivarium/schedule/1",
        repro: plan.repro.name,
        environment: id,
        crash: signature.title,
        signature: signature.id,
        program: binaries.get(id)?.sha256 ?? "",
        found: {
          by: describeSchedule(schedule),
          seed: schedule.seed,
          attempt: told.firstAttempt,
          switches: 0,
        },
        played: { attempts: told.attempts, crashes: told.crashes },
        story: [...told.sentences],
        switches: [],
        hold: told.hold,
      };
      await mkdir(join(folder, "holds"), { recursive: true });
      await writeWhole(join(folder, signature.hold.file), `${JSON.stringify(file, null, 2)}\n`);
      const script = holdScript(signature.hold, signature.title);
      if (script !== null) await writeWhole(join(folder, signature.hold.script), script);
    }
  }
}
