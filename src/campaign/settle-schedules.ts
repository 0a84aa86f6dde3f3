import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isSameEnd } from "../crash/judge.js";
import { signalName } from "../crash/signal.js";
import type { Engine, Labels } from "../docker/engine.js";
import { Failure } from "../failure.js";
import type { Binary } from "../images/binary.js";
import type { Cell, Plan } from "../plan/plan.js";
import { describeSchedule, type ScheduleFile } from "../plan/schedule.js";
import type { ProgressSink } from "../progress/event.js";
import type { Result } from "../result/result.js";
import type { CampaignOutcome, KeyOutcome } from "../run/state/campaign-outcome.js";
import { clockOfRecord } from "../run/scheduled/schedule-record.js";
import { settleSchedule, type Settled } from "../run/scheduled/settle.js";
import { stopsOf } from "../run/scheduled/stops.js";
import { tellStory, type Story } from "../run/scheduled/story.js";
import { writeWhole } from "./write-reports.js";

/** Of all crashes of a campaign together, for finding their smallest schedules. */
const WITHIN_MS = 120_000;
const LEAST_MS = 15_000;
/** Crashes of each environment whose schedules are made small: the most frequent. */
const MOST_KEYS = 3;

export interface SettleOptions {
  readonly engine: Engine;
  readonly binaries: ReadonlyMap<string, Binary>;
  readonly labels: Labels;
  readonly sink: ProgressSink;
  readonly signal: AbortSignal;
}

/** A crash's smallest schedule and what it tells. */
export interface ToldSchedule extends Settled, Story {
  /** Number of the first attempt that ended so: by it a signature is known. */
  readonly firstAttempt: number;
}

/** By cell id, by key (`attemptKey`). */
export type SettledSchedules = ReadonlyMap<string, ReadonlyMap<string, ToldSchedule>>;

/** Makes the schedules of a campaign's crashes small and tells them. A crash whose schedule cannot be had is left out, with a note. */
export async function settleSchedules(
  { plan, cells }: CampaignOutcome,
  options: SettleOptions,
): Promise<SettledSchedules> {
  const wanted = plan.cells.flatMap((cell, index) =>
    cell.run.schedule === undefined || cell.run.schedule.rule === "hold"
      ? []
      : crashesOf(cells[index]?.keys ?? []).map((key) => ({ cell, key })),
  );
  const settled = new Map<string, Map<string, ToldSchedule>>();
  for (const { cell, key } of wanted) {
    if (options.signal.aborted) break;
    const withinMs = Math.max(LEAST_MS, WITHIN_MS / wanted.length);
    const told = await settleOne(cell, key, plan, withinMs, options);
    if (told === null) continue;
    const ofCell = settled.get(cell.id) ?? new Map<string, ToldSchedule>();
    settled.set(cell.id, ofCell.set(key.key, told));
  }
  return settled;
}

function crashesOf(keys: readonly KeyOutcome[]): KeyOutcome[] {
  const failed = keys.filter(({ outcome }) => outcome !== "clean");
  return [...failed].sort((a, b) => b.count - a.count).slice(0, MOST_KEYS);
}

async function settleOne(
  cell: Cell,
  key: KeyOutcome,
  plan: Plan,
  withinMs: number,
  { engine, binaries, labels, sink, signal }: SettleOptions,
): Promise<ToldSchedule | null> {
  const binary = binaries.get(cell.id) as Binary;
  const id = `schedule ${cell.id} ${key.firstNumber}`;
  const title = `Find the smallest schedule of attempt ${key.firstNumber} of ${cell.id}`;
  const began = performance.now();
  let status: "done" | "failed" = "failed";
  sink({ kind: "step-started", id, title });
  const progress = (line: string): void => sink({ kind: "step-output", id, line });
  try {
    const request = { engine, cell, binary, plan, labels, signal, withinMs, progress };
    const settled = await settleSchedule(request, key.kept, isSameEnd(plan.counted, cell, key.key));
    if (settled === null) {
      progress("the crash did not come again of its own schedule");
      return null;
    }
    const stops = await stopsOf({
      engine,
      cell,
      binary,
      labels,
      signal,
      switches: settled.switches,
      clock: clockOfRecord(settled.record),
    });
    status = "done";
    const story = tellStory(settled.switches, settled.record, stops, signalName);
    return { ...settled, ...story, firstAttempt: key.firstNumber };
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === "interrupted") throw error;
    progress(error.message);
    return null;
  } finally {
    sink({ kind: "step-ended", id, title, status, ms: performance.now() - began });
  }
}

/** Writes `schedules/SIGNATURE.json` for each crash of a result whose schedule is known. */
export async function writeSchedules(
  folder: string,
  result: Result,
  plan: Plan,
  settled: SettledSchedules,
  binaries: ReadonlyMap<string, Binary>,
): Promise<void> {
  for (const environment of result.environments) {
    const cell = plan.cells.find(({ id }) => id === environment.id);
    for (const told of settled.get(environment.id)?.values() ?? []) {
      const signature = environment.signatures.find(({ firstAttempt }) => firstAttempt === told.firstAttempt);
      if (signature?.schedule === undefined || cell?.run.schedule === undefined) continue;
      const file: ScheduleFile = {
        schema: "vivarium/schedule/1",
        repro: plan.repro.name,
        environment: environment.id,
        crash: signature.title,
        signature: signature.id,
        program: binaries.get(environment.id)?.sha256 ?? "",
        found: {
          by: describeSchedule(told.by ?? cell.run.schedule),
          seed: cell.run.schedule.seed,
          attempt: told.attempt,
          switches: told.found,
        },
        played: told.played,
        story: [...told.sentences],
        switches: [...told.switches],
        ...clockOfRecord(told.record),
      };
      await mkdir(join(folder, "schedules"), { recursive: true });
      await writeWhole(join(folder, signature.schedule.file), `${JSON.stringify(file, null, 2)}\n`);
    }
  }
}
