/** Buckets grow by this factor, so a quantile is right to one percent. */
const GROWTH = 1.02;
const SMALLEST_MS = 0.01;
/** The last bucket begins above 10^8 ms, some 28 hours. */
export const BUCKETS = Math.ceil(Math.log(1e8 / SMALLEST_MS) / Math.log(GROWTH)) + 1;

/** The bucket of a duration, 0 to BUCKETS - 1. */
export function bucketOf(ms: number): number {
  const bucket = Math.floor(Math.log(Math.max(ms, SMALLEST_MS) / SMALLEST_MS) / Math.log(GROWTH));
  return Math.min(bucket, BUCKETS - 1);
}

/** Durations of any number of attempts in 10 KB: counts in buckets of a geometric scale. */
export class DurationHistogram {
  private readonly counts = new Float64Array(BUCKETS);
  private total = 0;
  private longest = 0;

  add(ms: number): void {
    this.addTo(bucketOf(ms), 1, ms);
  }

  /** Adds attempts of one bucket; `longest`: milliseconds that none of them exceeds, and one of these or of others took. */
  addTo(bucket: number, attempts: number, longest: number): void {
    this.counts[bucket] = (this.counts[bucket] as number) + attempts;
    this.total += attempts;
    this.longest = Math.max(this.longest, longest);
  }

  /** Milliseconds; `median` and `p95` to one percent (nearest rank), `max` exactly. Null where there is no attempt. */
  summary(): { readonly median: number; readonly p95: number; readonly max: number } | null {
    if (this.total === 0) return null;
    return { median: this.quantile(0.5), p95: this.quantile(0.95), max: this.longest };
  }

  private quantile(share: number): number {
    const rank = Math.ceil(share * this.total);
    let seen = 0;
    let bucket = 0;
    while (bucket < BUCKETS - 1 && (seen += this.counts[bucket] as number) < rank) bucket++;
    // The geometric middle of the bucket is off by half its width at most.
    return Math.min(this.longest, SMALLEST_MS * GROWTH ** (bucket + 0.5));
  }
}
