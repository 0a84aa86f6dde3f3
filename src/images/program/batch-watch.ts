/**
 * Waits for the candidates of a batch, each of which is to be reported within its time after the one before it. What runs in the container ends
 * builds that take too long, and a build can stop that: the same user runs both. Nothing in the container can stop this clock.
 */
export class BatchWatch {
  private timer: NodeJS.Timeout | undefined;
  private late: number | null = null;

  /** `waitMs`: how long each candidate that is still to come may take, in the order in which they do. `stop` ends them all. */
  constructor(
    private readonly waitMs: ReadonlyMap<number, number>,
    private readonly stop: () => void,
  ) {
    this.wait(new Map());
  }

  /** The candidate that was not reported in time, and for which all were ended; null: none. */
  get overdue(): number | null {
    return this.late;
  }

  /** Waits for the first candidate that was not reported yet. */
  wait(reported: ReadonlyMap<number, unknown>): void {
    const [due, ms] = [...this.waitMs].find(([number]) => !reported.has(number)) ?? [];
    this.close();
    if (due === undefined) return;
    this.timer = setTimeout(() => {
      this.late = due;
      this.stop();
    }, ms);
  }

  close(): void {
    clearTimeout(this.timer);
  }
}
