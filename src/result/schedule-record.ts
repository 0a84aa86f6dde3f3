import type { SignatureGroup } from "../crash/group.js";
import { clockOf, describeSchedule, SEARCHED_RULES } from "../plan/schedule.js";
import { count } from "../text/count.js";
import { counted } from "../text/numbers.js";
import type { Plan } from "../plan/plan.js";
import type { SignatureRecord } from "./result.js";

/** A crash's smallest schedule, by the first attempt that ended so. */
export interface FoundSchedule {
  readonly firstAttempt: number;
  readonly switches: readonly unknown[];
  readonly found: number;
  readonly minimal: boolean;
  readonly played: { readonly attempts: number; readonly crashes: number };
  readonly record: { readonly deadlock: boolean };
  readonly sentences: readonly string[];
  readonly spans: readonly { readonly thread: number; readonly process?: true; readonly what: string }[];
}

/** The schedule of a signature, as a result tells it; nothing where none is known. */
export function scheduleOf(
  { id, firstAttempt }: SignatureGroup,
  environment: string,
  found: ReadonlyMap<string, FoundSchedule> = new Map(),
): Pick<SignatureRecord, "schedule"> {
  const told = [...found.values()].find((each) => each.firstAttempt === firstAttempt);
  if (told === undefined) return {};
  return {
    schedule: {
      file: fileOf("schedules", environment, id),
      switches: told.switches.length,
      found: told.found,
      minimal: told.minimal,
      played: { ...told.played },
      deadlock: told.record.deadlock,
      story: [...told.sentences],
      spans: told.spans.map((span) => ({ ...span })),
    },
  };
}

/** Where a campaign keeps what a crash comes of. */
export function fileOf(
  folder: "schedules" | "holds",
  environment: string,
  id: string,
  ending = "json",
): string {
  return `${folder}/${environment.replace(/[^\w.-]/g, "_")}-${id}.${ending}`;
}

/** Rates under a scheduler say nothing of how often a program crashes by itself. */
export function scheduledWarning({ cells }: Plan): string[] {
  const [schedule] = cells.flatMap(({ run }) => run.schedule ?? []);
  if (schedule === undefined) return [];
  if (schedule.rule === "hold") {
    return [
      `vivarium kept a thread waiting in each attempt (${describeSchedule(schedule)}): the kernel, too, may stop a thread anywhere, but these rates say nothing of how often it does`,
    ];
  }
  const clock =
    clockOf(schedule).fixClock !== undefined
      ? [
          "time of day and random numbers were vivarium's own (--fix-clock), and are the same when an attempt is played again; what the processor says by itself (rdtsc, rdrand) is not",
        ]
      : [];
  return [
    ...clock,
    `vivarium chose the order in which threads ran (${describeSchedule(schedule)}): each order is one that the kernel could choose, but these rates say nothing of how often it does`,
  ];
}

/** What was looked for in vain, in which environment, and how far: a sentence for each. */
export function scheduledInVain(
  plan: Plan,
  cells: readonly {
    readonly id: string;
    readonly attempts: number;
    readonly counted: number;
    /** There never was a second thread or process. */
    readonly alone: boolean;
  }[],
): string[] {
  return cells.flatMap(({ id, attempts, counted: crashes, alone }) => {
    const schedule = plan.cells.find((cell) => cell.id === id)?.run.schedule;
    if (alone) return [nothingToSchedule(id, attempts, crashes)];
    if (schedule === undefined || schedule.rule === "play" || crashes > 0 || attempts === 0) return [];
    if (schedule.rule === "hold")
      return [
        `no ${plan.counted.of} in ${count(attempts)} attempts with ${describeSchedule(schedule)} on ${id}`,
      ];
    const rules =
      schedule.rule === "search" ? `over ${SEARCHED_RULES} rules` : `of ${describeSchedule(schedule)}`;
    return [`no ${plan.counted.of} in ${count(attempts)} schedules ${rules} on ${id}`];
  });
}

function nothingToSchedule(id: string, attempts: number, crashes: number): string {
  const never = `nothing to schedule on ${id}: the program never had a second thread or process in ${counted(attempts, "attempt")}`;
  return crashes === 0
    ? `${never}; 'vivarium run' without --schedule counts how it ends by itself`
    : `${never}, so its crash is not a matter of their order; 'vivarium run' without --schedule counts how often it comes`;
}
