/** Attempts that started in one span of the campaign, and those of them that counted. */
export interface Span {
  readonly fromMs: number;
  readonly attempts: number;
  readonly counted: number;
}

const SPANS = 60;
/** Every later width is a multiple of it, so what started within one such span stays together. */
export const FIRST_WIDTH_MS = 100;

/** Attempts over time in at most 60 equal spans: when time outgrows them, neighbours are merged and the width doubles. */
export class Timeline {
  private width = FIRST_WIDTH_MS;
  private attempts: number[] = [];
  private counted: number[] = [];

  add(startMs: number, counted: boolean, attempts = 1): void {
    const start = Math.max(0, startMs);
    while (start >= this.width * SPANS) this.merge();
    const at = Math.floor(start / this.width);
    this.attempts[at] = (this.attempts[at] ?? 0) + attempts;
    if (counted) this.counted[at] = (this.counted[at] ?? 0) + attempts;
  }

  /** All spans up to the last attempt, empty ones too. */
  spans(): Span[] {
    return Array.from({ length: this.attempts.length }, (_, at) => ({
      fromMs: at * this.width,
      attempts: this.attempts[at] ?? 0,
      counted: this.counted[at] ?? 0,
    }));
  }

  private merge(): void {
    this.attempts = pairs(this.attempts);
    this.counted = pairs(this.counted);
    this.width *= 2;
  }
}

function pairs(counts: readonly number[]): number[] {
  return Array.from(
    { length: Math.ceil(counts.length / 2) },
    (_, at) => (counts[2 * at] ?? 0) + (counts[2 * at + 1] ?? 0),
  );
}
