import { Failure } from "../../failure.js";
import { isSameStop, PLAYS, scheduleText, type ScheduleRequest, type Switch } from "../../plan/schedule.js";
import type { Attempt } from "../attempt.js";
import type { Runner } from "../runner/runner.js";
import { clockOfRecord, readScheduleRecord, type ScheduleRecord } from "./schedule-record.js";
import { openScheduled, type ScheduledRunner } from "./open-scheduled.js";
import { smallest } from "./smallest.js";
import { counted } from "../../text/numbers.js";

export interface SettleRequest extends ScheduledRunner {
  /** Milliseconds for finding the smallest; the best of what was tried by then is taken. */
  readonly withinMs: number;
  /** Told now and then what is done. */
  readonly progress: (line: string) => void;
}

/** A crash's schedule, made as small as it gets. */
export interface Settled {
  readonly switches: readonly Switch[];
  /** Switches of the attempt that it was found in. */
  readonly found: number;
  readonly attempt: number;
  /** The rule that attempt was made under; null where it played a list. */
  readonly by: ScheduleRequest | null;
  /** Schedules that were tried. */
  readonly tried: number;
  /** Whether none of its switches can go; false where the time was over before that was known. */
  readonly minimal: boolean;
  readonly played: { readonly attempts: number; readonly crashes: number };
  /** The scheduler's record of it. */
  readonly record: ScheduleRecord;
}

/**
 * Makes a crash's schedule small: plays it with fewer and fewer switches, as long as the attempt ends in the same way (`same`). Null where the crash does not
 * come again of its own schedule. Throws Failure("infrastructure" | "interrupted").
 */
export async function settleSchedule(
  request: SettleRequest,
  crashed: readonly Attempt[],
  same: (attempt: Attempt) => boolean,
): Promise<Settled | null> {
  const first = playable(crashed);
  if (first === null) return null;
  const player = new Player(request, sameCrash(same, first.record), clockOfRecord(first.record));
  try {
    await player.open();
    return await new Minimiser(player, request).settle(first);
  } finally {
    await player.close();
  }
}

interface Playable {
  readonly attempt: Attempt;
  readonly record: ScheduleRecord;
}

/** The attempt whose list is whole and has the fewest switches. */
function playable(crashed: readonly Attempt[]): Playable | null {
  const all = crashed.flatMap((attempt): Playable[] => {
    const record = attempt.schedule === undefined ? null : readScheduleRecord(attempt.schedule);
    return record === null || record.dropped > 0 ? [] : [{ attempt, record }];
  });
  all.sort((a, b) => a.record.switches.length - b.record.switches.length);
  return all[0] ?? null;
}

/** The same end by the same signal at the same instruction: a smaller schedule must not slip to another crash. */
function sameCrash(same: (attempt: Attempt) => boolean, first: ScheduleRecord) {
  return (attempt: Attempt): ScheduleRecord | null => {
    const record = attempt.schedule === undefined ? null : readScheduleRecord(attempt.schedule);
    if (record === null || !same(attempt) || record.deadlock !== first.deadlock) return null;
    return record.fault?.place === first.fault?.place ? record : null;
  };
}

class Player {
  private runner: Runner | null = null;
  private made = 0;
  constructor(
    private readonly request: SettleRequest,
    private readonly read: (attempt: Attempt) => ScheduleRecord | null,
    private readonly clock: ReturnType<typeof clockOfRecord>,
  ) {}

  async open(): Promise<void> {
    this.runner = await openScheduled(this.request, {
      rule: "play",
      seed: 0,
      switches: [],
      ...this.clock,
    });
  }

  /** Plays a list so often; the records of those attempts that crashed alike. */
  async play(switches: readonly Switch[], times: number): Promise<ScheduleRecord[]> {
    const runner = this.runner as Runner;
    await runner.schedule(scheduleText({ rule: "play", seed: 0, switches: [...switches], ...this.clock }));
    const crashed: ScheduleRecord[] = [];
    for await (const batch of runner.run(this.made + 1, times)) {
      for (const attempt of batch) {
        const record = this.read(attempt);
        if (record !== null) crashed.push(record);
      }
    }
    this.made += times;
    return crashed;
  }

  async close(): Promise<void> {
    await this.runner?.close();
  }
}

/** A list in the order in which its switches came when it was played, as it was played; each thread's own are in order anyway. */
function inOrder(list: readonly Switch[], { switches }: ScheduleRecord): Switch[] {
  const at = (turn: Switch): number => {
    const index = switches.findIndex((each) => isSameStop(each, turn));
    return index < 0 ? switches.length : index;
  };
  return [...list]
    .sort((a, b) => at(a) - at(b))
    .map((turn) => {
      const played = switches[at(turn)];
      return played?.to === turn.to ? played : turn;
    });
}

class Minimiser {
  private tried = 0;

  constructor(
    private readonly player: Player,
    private readonly request: SettleRequest,
  ) {}

  async settle({ attempt, record }: Playable): Promise<Settled | null> {
    const end = performance.now() + this.request.withinMs;
    const whole = await this.crashes(record.switches);
    if (whole === null) return null;
    // What would have come so anyway is not in the record's list.
    let best = record.switches;
    const search = smallest(best);
    let step = search.next();
    while (step.done !== true && performance.now() < end) {
      const crashed = (await this.crashes(step.value)) !== null;
      if (crashed) best = step.value;
      step = search.next(crashed);
    }
    const crashes = await this.player.play(best, PLAYS);
    const last = crashes[0];
    if (last === undefined) return null;
    return {
      switches: inOrder(best, last),
      found: record.switches.length,
      attempt: attempt.number,
      by: record.rule,
      tried: this.tried,
      minimal: step.done === true,
      played: { attempts: PLAYS, crashes: crashes.length },
      record: last,
    };
  }

  private async crashes(switches: readonly Switch[]): Promise<ScheduleRecord | null> {
    this.tried++;
    const [record] = await this.player.play(switches, 1);
    if (record !== undefined)
      this.request.progress(`${counted(switches.length, "switch", "switches")}: the same crash`);
    if (this.request.signal.aborted) throw new Failure("interrupted", "interrupted");
    return record ?? null;
  }
}
