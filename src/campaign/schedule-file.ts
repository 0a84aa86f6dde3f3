import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Binary } from "../images/binary.js";
import type { Plan } from "../plan/plan.js";
import type { ScheduleFile } from "../plan/schedule.js";
import type { EnvironmentRecord, Result } from "../result/result.js";
import type { Story } from "../crash/schedule/story.js";
import type { SettledCrashes } from "./settle-crashes.js";
import { writeWhole } from "./write-reports.js";

type Signature = EnvironmentRecord["signatures"][number];

/** A crash of a result, and what was settled of it. */
export interface SettledSignature<T> {
  readonly signature: Signature;
  readonly told: T;
  /** The plan's rule under which it was found. */
  readonly schedule: NonNullable<Plan["cells"][number]["run"]["schedule"]>;
  /** What every file of a schedule says of its crash. */
  readonly about: Pick<
    ScheduleFile,
    "schema" | "repro" | "environment" | "crash" | "signature" | "program" | "story"
  >;
}

/** The crashes of a result of which something was settled, each by the number of its first attempt. */
export function settledSignatures<T extends Pick<Story, "sentences"> & { readonly firstAttempt: number }>(
  result: Result,
  plan: Plan,
  settled: SettledCrashes<T>,
  binaries: ReadonlyMap<string, Binary>,
): SettledSignature<T>[] {
  return result.environments.flatMap(({ id, signatures }) => {
    const schedule = plan.cells.find((cell) => cell.id === id)?.run.schedule;
    if (schedule === undefined) return [];
    return [...(settled.get(id)?.values() ?? [])].flatMap((told) => {
      const signature = signatures.find(({ firstAttempt }) => firstAttempt === told.firstAttempt);
      if (signature === undefined) return [];
      const about = {
        schema: "vivarium/schedule/1" as const,
        repro: plan.repro.name,
        environment: id,
        crash: signature.title,
        signature: signature.id,
        program: binaries.get(id)?.sha256 ?? "",
        story: [...told.sentences],
      };
      return [{ signature, told, schedule, about }];
    });
  });
}

/** Writes a file for `run --schedule` to where a result says that it is; `folder`: the campaign's. */
export async function writeScheduleFile(folder: string, path: string, file: ScheduleFile): Promise<void> {
  await mkdir(join(folder, dirname(path)), { recursive: true });
  await writeWhole(join(folder, path), `${JSON.stringify(file, null, 2)}\n`);
}
