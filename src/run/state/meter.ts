import type { StopRule } from "../../plan/plan.js";
import { timeLimit } from "../../plan/stop.js";
import type { ProgressEvent } from "../../progress/event.js";
import { attemptLimit, type Standing, type StopStatistics } from "../stop.js";

/** Attempts per second are those of this span of time. */
const SPAN_MS = 10_000;

/** Measures one cell's progress: attempts per second of late, and the time that is left. */
export class Meter {
  private readonly marks: { readonly atMs: number; readonly attempts: number }[];

  /** `atMs`, `attempts`: where this session begins. */
  constructor(
    private readonly cell: string,
    private readonly stop: StopRule,
    private readonly statistics: StopStatistics,
    atMs: number,
    attempts: number,
  ) {
    this.marks = [{ atMs, attempts }];
  }

  /** The event that says where the cell stands; `atMs` of the campaign's own time. */
  event(standing: Standing, atMs: number): ProgressEvent {
    const perSecond = this.perSecond(standing.attempts, atMs);
    const limit = attemptLimit(this.stop);
    const { counted, attempts } = standing;
    const interval =
      attempts === 0 ? { low: 0, high: 1 } : this.statistics.progressInterval(counted, attempts);
    return {
      kind: "attempts",
      cell: this.cell,
      done: attempts,
      of: Number.isFinite(limit) ? limit : null,
      counted,
      low: interval.low,
      high: interval.high,
      perSecond,
      leftMs: leftMs(this.stop, standing, perSecond, atMs),
      leftAtMost: this.stop.kind === "until-crashes" && counted === 0,
    };
  }

  private perSecond(attempts: number, atMs: number): number {
    this.marks.push({ atMs, attempts });
    // One mark beyond the span stays: the one to measure from.
    while (this.marks.length > 2 && (this.marks[1] as { atMs: number }).atMs <= atMs - SPAN_MS)
      this.marks.shift();
    const [from] = this.marks as [{ atMs: number; attempts: number }];
    return atMs > from.atMs ? ((attempts - from.attempts) / (atMs - from.atMs)) * 1000 : 0;
  }
}

/** Milliseconds left by the stop rule at this pace; null where it cannot be told. */
export function leftMs(stop: StopRule, standing: Standing, perSecond: number, atMs: number): number | null {
  const toEnd = Math.max(0, timeLimit(stop) - atMs);
  if (stop.kind === "for") return toEnd;
  if (stop.kind === "until-decided") return null;
  if (perSecond === 0) return Number.isFinite(toEnd) ? toEnd : null;
  const toLimit = attemptLimit(stop) - standing.attempts;
  const { counted, attempts } = standing;
  const toCrashes =
    stop.kind === "until-crashes" && counted > 0 ? ((stop.crashes - counted) * attempts) / counted : Infinity;
  return Math.min(toEnd, (Math.max(0, Math.min(toLimit, toCrashes)) / perSecond) * 1000);
}
