import type { Cell, StopRule } from "../plan/plan.js";
import { timeLimit } from "../plan/stop.js";
import type { Attempt } from "./attempt.js";
import type { Clock } from "./clock.js";

/** What a slot may need beyond an attempt's time limit to tell of its end. */
const GRACE_MS = 5000;

/** The end of a campaign under `--for`; no end without it. */
export class Deadline {
  private readonly atMs: number;
  /** The longest that an attempt may take. */
  private readonly longestMs: number;

  constructor(
    stop: StopRule,
    cells: readonly Cell[],
    private readonly sinceStart: () => number,
  ) {
    this.atMs = timeLimit(stop);
    this.longestMs = Math.max(...cells.map(({ run }) => run.timeoutMs));
  }

  /** No attempt may begin any more. */
  get isOver(): boolean {
    return this.sinceStart() >= this.atMs;
  }

  /** Whether the attempt that ran when the time was over is among these: what comes after them began too late. */
  endsIn(attempts: readonly Attempt[]): boolean {
    const last = attempts.at(-1);
    return last !== undefined && last.startMs + last.durationMs >= this.atMs;
  }

  /** Calls `over` when the time is over, and `late` when every attempt that ran then must have ended. */
  async watch(clock: Clock, signal: AbortSignal, over: () => void, late: () => void): Promise<void> {
    if (this.atMs === Infinity) return;
    await clock.sleep(this.atMs - this.sinceStart(), signal);
    over();
    await clock.sleep(this.longestMs + GRACE_MS, signal);
    late();
  }
}
