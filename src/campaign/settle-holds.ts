import { isSameEnd } from "../crash/judge.js";
import { signalName } from "../crash/signal.js";
import { Failure } from "../failure.js";
import type { Cell, Plan } from "../plan/plan.js";
import { NO_HOLD, scheduleText, type Hold } from "../plan/schedule.js";
import type { CampaignOutcome, CellOutcome, KeyOutcome } from "../run/state/campaign-outcome.js";
import { describePoint, holdPoints, type HoldPoint } from "../run/scheduled/hold-points.js";
import { openScheduled } from "../run/scheduled/open-scheduled.js";
import { readScheduleRecord, type ScheduleRecord } from "../run/scheduled/schedule-record.js";
import { stopOfHold } from "../run/scheduled/stops.js";
import { tellStory, type Story } from "../run/scheduled/story.js";
import type { Runner } from "../run/runner/runner.js";
import { findHold, type HoldAnswer } from "../search/strategy/hold.js";
import { findControls, judgeHold } from "../search/strategy/hold-verdict.js";
import type { SettleOptions } from "./settle-schedules.js";

/** Attempts that look for the best hold of a crash, where they take no longer than this. */
const ATTEMPTS = 500;
const LEAST_ATTEMPTS = 120;
const WITHIN_MS = 60_000;
/** Milliseconds of a hold, in the mean of those that are tried, and what an attempt costs beside the program. */
const EACH_MORE_MS = 30;
/** Fresh attempts of the hold and of each of its controls. */
const FRESH = 40;
/** Crashes of each environment that are looked at: the most frequent. */
const MOST_KEYS = 2;

/** What was made beside a hold, and how often the crash came. */
export interface HoldControl {
  readonly what: string;
  readonly crashes: number;
  readonly attempts: number;
  readonly adjustedPValue: number;
}

/** Where one thread is to be held for a crash to come often. */
export interface ToldHold extends Story {
  readonly firstAttempt: number;
  readonly hold: Hold;
  readonly point: HoldPoint;
  readonly crashes: number;
  readonly attempts: number;
  readonly controls: readonly HoldControl[];
  readonly isPlace: boolean;
  /** Places and attempts that it was looked for in. */
  readonly tried: { readonly places: number; readonly attempts: number };
  readonly record: ScheduleRecord;
}

/** By cell id, by key (`attemptKey`). */
export type SettledHolds = ReadonlyMap<string, ReadonlyMap<string, ToldHold>>;

/** For each crash that came with a thread held, finds where holding one brings it most often, and whether it is the place that does. */
export async function settleHolds(
  { plan, cells }: CampaignOutcome,
  options: SettleOptions,
): Promise<SettledHolds> {
  const settled = new Map<string, Map<string, ToldHold>>();
  for (const [index, cell] of plan.cells.entries()) {
    const outcome = cells[index];
    if (cell.run.schedule?.rule !== "hold" || outcome === undefined) continue;
    for (const key of crashesOf(outcome)) {
      if (options.signal.aborted) return settled;
      const told = await settleOne(cell, outcome, key, plan, options);
      if (told === null) continue;
      settled.set(cell.id, (settled.get(cell.id) ?? new Map<string, ToldHold>()).set(key.key, told));
    }
  }
  return settled;
}

function crashesOf({ keys }: CellOutcome): KeyOutcome[] {
  const failed = keys.filter(({ outcome }) => outcome !== "clean");
  return [...failed].sort((a, b) => b.count - a.count).slice(0, MOST_KEYS);
}

async function settleOne(
  cell: Cell,
  outcome: CellOutcome,
  key: KeyOutcome,
  plan: Plan,
  options: SettleOptions,
): Promise<ToldHold | null> {
  const { binaries, sink, signal } = options;
  const binary = binaries.get(cell.id);
  const known = key.kept.flatMap(({ schedule = "" }) => readScheduleRecord(schedule)?.hold?.hold ?? []);
  if (binary === undefined || known.length === 0) return null;
  const id = `hold ${cell.id} ${key.firstNumber}`;
  const title = `Find where to hold a thread for the crash of attempt ${key.firstNumber} of ${cell.id}`;
  const began = performance.now();
  let status: "done" | "failed" = "failed";
  sink({ kind: "step-started", id, title });
  const progress = (line: string): void => sink({ kind: "step-output", id, line });
  try {
    const means = { ...options, cell, binary, plan };
    const points = await pointsOf(means, known);
    progress(`${points.length} places`);
    const runner = await openScheduled(means, { rule: "hold", seed: 0, at: NO_HOLD });
    try {
      const holder = new Holder(runner, isSameEnd(plan.counted, cell, key.key), signal, progress);
      const found = await new Finder(holder, points, known).find(outcome, plan.seed);
      if (found === null) return null;
      const stop = await stopOfHold(means, found.hold);
      const story = tellStory([], found.record, stop === null ? [] : [stop], signalName);
      status = "done";
      return { ...found, ...story, firstAttempt: key.firstNumber };
    } finally {
      await runner.close();
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === "interrupted") throw error;
    progress(error.message);
    return null;
  } finally {
    sink({ kind: "step-ended", id, title, status, ms: performance.now() - began });
  }
}

/** Of the first hold that brings the crash under gdb. */
async function pointsOf(
  means: Omit<Parameters<typeof holdPoints>[0], "hold" | "places">,
  known: readonly Hold[],
): Promise<readonly HoldPoint[]> {
  const places = [...new Set(known.map(({ place }) => place))];
  for (const hold of known) {
    const points = await holdPoints({ ...means, hold, places });
    if (points.length > 0) return points;
  }
  return [];
}

/** Makes attempts with holds, one after the other. */
class Holder {
  made = 0;
  /** Of the last attempt that crashed. */
  crashed: ScheduleRecord | null = null;

  constructor(
    private readonly runner: Runner,
    private readonly same: (attempt: Parameters<ReturnType<typeof isSameEnd>>[0]) => boolean,
    private readonly signal: AbortSignal,
    readonly progress: (line: string) => void,
  ) {}

  async attempt(hold: Hold): Promise<HoldAnswer> {
    if (this.signal.aborted) throw new Failure("interrupted", "interrupted");
    await this.runner.schedule(scheduleText({ rule: "hold", seed: 0, at: hold }));
    let answer: HoldAnswer = { crashed: false, passes: 0 };
    for await (const batch of this.runner.run(++this.made, 1)) {
      for (const attempt of batch) {
        const record = attempt.schedule === undefined ? null : readScheduleRecord(attempt.schedule);
        const crashed = record !== null && this.same(attempt);
        if (crashed) this.crashed = record;
        answer = { crashed, passes: record?.hold?.passes ?? 0 };
      }
    }
    return answer;
  }

  /** Carries out a search to its end. */
  async run<T>(search: Generator<Hold, T, HoldAnswer>, what: string): Promise<T> {
    let step = search.next();
    let crashes = 0;
    for (let made = 1; step.done !== true; made++) {
      const answer = await this.attempt(step.value);
      crashes += answer.crashed ? 1 : 0;
      if (made % 20 === 0) this.progress(`${what}: ${made} attempts, ${crashes} crashed`);
      step = search.next(answer);
    }
    return step.value;
  }
}

type Found = Omit<ToldHold, keyof Story | "firstAttempt">;

class Finder {
  constructor(
    private readonly holder: Holder,
    private readonly points: readonly HoldPoint[],
    private readonly known: readonly Hold[],
  ) {}

  async find({ durations }: CellOutcome, seed: number): Promise<Found | null> {
    const eachMs = (durations?.median ?? 0) + EACH_MORE_MS;
    const attempts = Math.max(LEAST_ATTEMPTS, Math.min(ATTEMPTS, Math.floor(WITHIN_MS / eachMs)));
    const { known, holder } = this;
    const points = this.points.map((point) => ({
      ...point,
      own: point.file !== null && point.object === null,
    }));
    const { best, points: tried } = await holder.run(findHold({ points, known, seed, attempts }), "looking");
    const point = points.find(({ place }) => place === best?.hold.place);
    if (best === null || point === undefined) {
      holder.progress("the crash did not come again");
      return null;
    }
    const crashesAt = new Map(tried.map(({ place, crashes }) => [place, crashes]));
    const candidates = points.map(({ place, function: name }) => ({
      place,
      group: name ?? "",
      crashes: crashesAt.get(place) ?? 0,
    }));
    const places = await holder.run(findControls(best.hold, candidates), "places beside it");
    const looked = holder.made;
    const judged = await this.compare(best.hold, places);
    const record = holder.crashed;
    if (record === null || judged.crashes === 0) return null;
    return {
      hold: best.hold,
      point,
      ...judged,
      tried: { places: tried.length, attempts: looked },
      record,
    };
  }

  /** Fresh attempts of the hold, of its controls and of none, in turns. */
  private async compare(hold: Hold, places: readonly string[]) {
    const others = places.flatMap((place) => this.points.find((point) => point.place === place) ?? []);
    const arms = [
      { what: "", hold },
      ...others.map((point) => ({
        what: `held as long in ${describePoint(point)}`,
        hold: { ...hold, place: point.place, pass: 1 },
      })),
      { what: "nobody held", hold: NO_HOLD },
    ].map((arm) => ({ ...arm, counted: 0, attempts: 0 }));
    for (let turn = 0; turn < FRESH; turn++) {
      // Who comes first changes, so that nobody always follows the same.
      for (let at = 0; at < arms.length; at++) {
        const arm = arms[(at + turn) % arms.length] as (typeof arms)[number];
        arm.attempts++;
        if ((await this.holder.attempt(arm.hold)).crashed) arm.counted++;
      }
      if ((turn + 1) % 10 === 0) this.holder.progress(`compared: ${turn + 1} of ${FRESH} attempts of each`);
    }
    const [held, ...controls] = arms as [(typeof arms)[number], ...typeof arms];
    const { adjustedPValues, isPlace } = judgeHold(held, controls);
    return {
      crashes: held.counted,
      attempts: held.attempts,
      // Without another place, a delay anywhere might do.
      isPlace: isPlace && others.length > 0,
      controls: controls.map(({ what, counted, attempts }, index) => ({
        what,
        crashes: counted,
        attempts,
        adjustedPValue: adjustedPValues[index] as number,
      })),
    };
  }
}
