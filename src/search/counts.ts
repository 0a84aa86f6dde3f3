import type { OutcomeName } from "../manifest/repro.js";
import type { Attempt } from "../run/attempt.js";
import type { Verdict } from "../run/verdict.js";

/** Attempts that ended alike, by the light signature of `src/crash/key.ts`. */
export interface Alike {
  readonly key: string;
  readonly outcome: OutcomeName;
  readonly counted: boolean;
  readonly count: number;
}

/** What attempts of one candidate came to; JSON but for `examples`. */
export class Counts {
  attempts = 0;
  counted = 0;
  /** Milliseconds from the first start of a container to the last attempt. */
  ms = 0;
  /** Of each way to end, the first attempt, with its output where the plan keeps it. */
  readonly examples = new Map<string, Attempt>();
  private readonly byKey = new Map<string, Alike>();

  add(attempt: Attempt, { key, outcome, counted }: Verdict): void {
    this.attempts++;
    if (counted) this.counted++;
    const known = this.byKey.get(`${counted} ${key}`);
    this.byKey.set(`${counted} ${key}`, { key, outcome, counted, count: (known?.count ?? 0) + 1 });
    if (!this.examples.has(key)) this.examples.set(key, attempt);
  }

  /** How attempts ended, the most frequent first. */
  get ends(): readonly Alike[] {
    return [...this.byKey.values()].sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
  }
}

/** Attempts that ran into the time limit. */
export function hung({ ends }: Counts): number {
  return ends.reduce((sum, { outcome, count }) => sum + (outcome === "timeout" ? count : 0), 0);
}
