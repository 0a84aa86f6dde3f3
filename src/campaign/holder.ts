import type { isSameEnd } from "../crash/judge.js";
import { Failure } from "../failure.js";
import { scheduleText, type Hold } from "../plan/schedule.js";
import type { Runner } from "../run/runner/runner.js";
import { readScheduleRecord, type ScheduleRecord } from "../run/scheduled/schedule-record.js";
import type { HoldAnswer } from "../search/strategy/hold.js";

/** Makes attempts with holds, one after the other. */
export class Holder {
  made = 0;
  /** Of the last attempt that crashed. */
  crashed: ScheduleRecord | null = null;

  constructor(
    private readonly runner: Runner,
    private readonly same: ReturnType<typeof isSameEnd>,
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
