import { z } from "zod";
import type { OutcomeName } from "../../manifest/repro.js";
import type { Attempt } from "../attempt.js";
import type { AttemptSum, Counts } from "../state/attempt-sum.js";
import { BUCKETS, bucketOf } from "../state/duration-histogram.js";
import { FIRST_WIDTH_MS } from "../state/timeline.js";
import { OUTCOMES } from "../verdict.js";

const whole = z.int().min(0);
const counts = z.array(z.tuple([whole, z.int().min(1)])).min(1);

/** A sum of attempts in a journal (state/attempt-sum.ts): its key by number, its longest duration in microseconds. */
export const SumRow = z.strictObject({
  first: z.int().min(1),
  count: z.int().min(1),
  key: whole,
  outcome: z.enum(OUTCOMES),
  starts: counts,
  durations: counts.refine((all) => all.every(([bucket]) => bucket < BUCKETS)),
  longest: whole,
  rss: whole,
  leftovers: whole,
  signals: whole,
});
export type SumRow = z.infer<typeof SumRow>;
const SumRows = z.array(SumRow);

/** Adds attempts up that ended alike, one number after the other. */
export class SumWriter {
  private count = 0;
  private readonly starts = new Map<number, number>();
  private readonly durations = new Map<number, number>();
  private longestMs = 0;
  private maxRssKiB = 0;
  private leftovers = 0;
  private signalsSent = 0;

  constructor(
    private readonly first: number,
    private readonly outcome: OutcomeName,
    private readonly key: number,
  ) {}

  /** Whether the next attempt may be one that ended so. */
  takes(outcome: OutcomeName, key: number): boolean {
    return outcome === this.outcome && key === this.key;
  }

  /** Takes the next attempt, `asJournaled`. */
  add({ startMs, durationMs, maxRssKiB, leftovers, signalsSent }: Attempt): void {
    this.count++;
    increment(this.starts, Math.floor(Math.max(0, startMs) / FIRST_WIDTH_MS));
    increment(this.durations, bucketOf(durationMs));
    this.longestMs = Math.max(this.longestMs, durationMs);
    this.maxRssKiB = Math.max(this.maxRssKiB, maxRssKiB);
    this.leftovers += leftovers;
    this.signalsSent += signalsSent ?? 0;
  }

  row(): SumRow {
    const { first, count, key, outcome, leftovers } = this;
    return {
      first,
      count,
      key,
      outcome,
      starts: ascending(this.starts),
      durations: ascending(this.durations),
      longest: Math.round(this.longestMs * 1000),
      rss: this.maxRssKiB,
      leftovers,
      signals: this.signalsSent,
    };
  }
}

/** The sums of a batch, their keys by name. Throws a RangeError where they are none, or their parts do not add up. */
export function* readSums(
  rows: unknown,
  keyName: (key: number) => string,
  node: string | undefined,
): Generator<AttemptSum> {
  if (rows === undefined) return;
  const { data } = SumRows.safeParse(rows);
  if (data === undefined) throw new RangeError("a batch has sums that are none");
  for (const { first, count, key, outcome, starts, durations, longest, rss, leftovers, signals } of data) {
    if (!Number.isSafeInteger(first + count)) throw new RangeError(`attempt number ${first + count}`);
    for (const parts of [starts, durations])
      if (total(parts) !== count)
        throw new RangeError(`a sum of ${count} attempts has parts that do not add up to it`);
    yield {
      first,
      count,
      verdict: { key: keyName(key), outcome, counted: false },
      ...(node === undefined ? {} : { node }),
      starts,
      durations,
      longestMs: longest / 1000,
      maxRssKiB: rss,
      leftovers,
      signalsSent: signals,
    };
  }
}

function increment(counts: Map<number, number>, at: number): void {
  counts.set(at, (counts.get(at) ?? 0) + 1);
}

function ascending(counts: ReadonlyMap<number, number>): [at: number, attempts: number][] {
  return [...counts].sort(([a], [b]) => a - b);
}

function total(counts: Counts): number {
  return counts.reduce((sum, [, attempts]) => sum + attempts, 0);
}
