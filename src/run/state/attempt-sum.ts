import { toMicrosecond, type Attempt } from "../attempt.js";
import type { Verdict } from "../verdict.js";
import { bucketOf } from "./duration-histogram.js";
import { FIRST_WIDTH_MS } from "./timeline.js";

/** How many attempts lie in each class, by the class's number, ascending. */
export type Counts = readonly (readonly [at: number, attempts: number])[];

/**
 * Attempts `first` … `first + count - 1` of one cell that ended alike, did not count and did not start too late, as
 * sums: all that a tally takes of them, and nothing of each. So a campaign of any size has a journal that a disk can hold.
 */
export interface AttemptSum {
  readonly first: number;
  readonly count: number;
  readonly verdict: Verdict;
  /** The machine that made them; absent where there is one engine. */
  readonly node?: string;
  /** By the span of the timeline's first width in which they started. */
  readonly starts: Counts;
  /** By the bucket of their duration. */
  readonly durations: Counts;
  readonly longestMs: number;
  readonly maxRssKiB: number;
  readonly leftovers: number;
  readonly signalsSent: number;
}

/** Adds attempts up that ended alike, one number after the other. */
export class RunningSum {
  private count = 0;
  private readonly starts = new Map<number, number>();
  private readonly durations = new Map<number, number>();
  private longestMs = 0;
  private maxRssKiB = 0;
  private leftovers = 0;
  private signalsSent = 0;

  /** `first`: the number of the attempt that is added first. */
  constructor(
    private readonly first: number,
    private readonly verdict: Verdict,
    private readonly node: string | undefined,
  ) {}

  /** The number of the attempt that comes next. */
  get next(): number {
    return this.first + this.count;
  }

  /** Whether an attempt may be the next: what made it and how it ended. */
  takes(number: number, { key, outcome }: Verdict, node: string | undefined): boolean {
    const { verdict } = this;
    return number === this.next && key === verdict.key && outcome === verdict.outcome && node === this.node;
  }

  /** Takes the next attempt, its times to the microsecond, as a row of it has them. */
  add({ startMs, durationMs, maxRssKiB, leftovers, signalsSent }: Attempt): void {
    const duration = toMicrosecond(durationMs);
    this.count++;
    increment(this.starts, Math.floor(Math.max(0, toMicrosecond(startMs)) / FIRST_WIDTH_MS), 1);
    increment(this.durations, bucketOf(duration), 1);
    if (duration > this.longestMs) this.longestMs = duration;
    if (maxRssKiB > this.maxRssKiB) this.maxRssKiB = maxRssKiB;
    this.leftovers += leftovers;
    this.signalsSent += signalsSent ?? 0;
  }

  /** Takes the next attempts as their sum. */
  addSum(sum: AttemptSum): void {
    this.count += sum.count;
    for (const [at, attempts] of sum.starts) increment(this.starts, at, attempts);
    for (const [bucket, attempts] of sum.durations) increment(this.durations, bucket, attempts);
    this.longestMs = Math.max(this.longestMs, sum.longestMs);
    this.maxRssKiB = Math.max(this.maxRssKiB, sum.maxRssKiB);
    this.leftovers += sum.leftovers;
    this.signalsSent += sum.signalsSent;
  }

  /** Of all that was added so far. */
  sum(): AttemptSum {
    const { first, count, verdict, node, longestMs, maxRssKiB, leftovers, signalsSent } = this;
    const where = node === undefined ? {} : { node };
    const classes = { starts: ascending(this.starts), durations: ascending(this.durations) };
    return { first, count, verdict, ...where, ...classes, longestMs, maxRssKiB, leftovers, signalsSent };
  }
}

function increment(counts: Map<number, number>, at: number, by: number): void {
  counts.set(at, (counts.get(at) ?? 0) + by);
}

function ascending(counts: ReadonlyMap<number, number>): Counts {
  return [...counts].sort(([a], [b]) => a - b);
}
