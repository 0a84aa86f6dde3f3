import { z } from "zod";
import { microseconds } from "../attempt.js";
import type { AttemptSum, Counts } from "../state/attempt-sum.js";
import { BUCKETS } from "../state/duration-histogram.js";
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

/** A sum as a journal keeps it; `key`: the number of its verdict's. */
export function sumRow(sum: AttemptSum, key: number): SumRow {
  const { first, count, verdict, starts, durations, leftovers, signalsSent } = sum;
  return {
    first,
    count,
    key,
    outcome: verdict.outcome,
    starts: [...starts] as SumRow["starts"],
    durations: [...durations] as SumRow["durations"],
    longest: microseconds(sum.longestMs),
    rss: sum.maxRssKiB,
    leftovers,
    signals: signalsSent,
  };
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

function total(counts: Counts): number {
  return counts.reduce((sum, [, attempts]) => sum + attempts, 0);
}
