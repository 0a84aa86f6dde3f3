import type { OutcomeName } from "../../manifest/repro.js";
import type { Attempt } from "../attempt.js";
import type { AttemptSum } from "./attempt-sum.js";
import { DurationHistogram } from "./duration-histogram.js";
import { FIRST_WIDTH_MS, Timeline, type Span } from "./timeline.js";
import type { Verdict } from "../verdict.js";

/** An attempt and its verdict, without its output. */
export interface JudgedAttempt {
  readonly attempt: Attempt;
  readonly verdict: Verdict;
}

/** Attempts of a cell that ended alike. */
export interface KeyTally {
  readonly key: string;
  readonly outcome: OutcomeName;
  readonly count: number;
  /** Number of the first of them. */
  readonly firstNumber: number;
}

/** Attempts of a cell that one machine made. */
export interface NodeTally {
  readonly node: string;
  readonly attempts: number;
  readonly counted: number;
}

/** What is known of a cell's attempts; its size does not grow with their number. */
export interface TallySummary {
  readonly attempts: number;
  readonly counted: number;
  readonly outcomes: Readonly<Record<OutcomeName, number>>;
  /** Most frequent first. */
  readonly keys: readonly KeyTally[];
  readonly timeline: readonly Span[];
  /** Milliseconds; null where there was no attempt. */
  readonly durations: { readonly median: number; readonly p95: number; readonly max: number } | null;
  /** By the machine that made them; empty where there is one engine. */
  readonly nodes: readonly NodeTally[];
  /** Processes that attempts left behind. */
  readonly leftovers: number;
  /** Signals that were sent to attempts, of those that the plan has. */
  readonly signalsSent: number;
  /** The largest peak of resident memory, KiB. */
  readonly maxRssKiB: number;
}

/** Counts attempts in the order of their numbers, in constant memory. */
export class Tally {
  attempts = 0;
  counted = 0;
  private readonly outcomes: Record<OutcomeName, number> = { crash: 0, exit: 0, timeout: 0, clean: 0 };
  private readonly keys = new Map<string, { outcome: OutcomeName; count: number; firstNumber: number }>();
  private readonly nodes = new Map<string, { attempts: number; counted: number }>();
  private readonly timeline = new Timeline();
  private readonly durations = new DurationHistogram();
  private leftovers = 0;
  private signalsSent = 0;
  private maxRssKiB = 0;

  add({ attempt, verdict }: JudgedAttempt): void {
    this.count(verdict, attempt.number, 1, attempt.node);
    this.timeline.add(attempt.startMs, verdict.counted);
    this.durations.add(attempt.durationMs);
    this.leftovers += attempt.leftovers;
    this.signalsSent += attempt.signalsSent ?? 0;
    this.maxRssKiB = Math.max(this.maxRssKiB, attempt.maxRssKiB);
  }

  /** The same of several attempts at once. */
  addSum({ verdict, first, count, node, ...sum }: AttemptSum): void {
    this.count(verdict, first, count, node);
    for (const [at, attempts] of sum.starts)
      this.timeline.add(at * FIRST_WIDTH_MS, verdict.counted, attempts);
    for (const [bucket, attempts] of sum.durations) this.durations.addTo(bucket, attempts, sum.longestMs);
    this.leftovers += sum.leftovers;
    this.signalsSent += sum.signalsSent;
    this.maxRssKiB = Math.max(this.maxRssKiB, sum.maxRssKiB);
  }

  private count({ key, outcome, counted }: Verdict, firstNumber: number, attempts: number, node?: string) {
    this.attempts += attempts;
    if (counted) this.counted += attempts;
    this.outcomes[outcome] += attempts;
    const known = this.keys.get(key);
    if (known !== undefined) known.count += attempts;
    else this.keys.set(key, { outcome, count: attempts, firstNumber });
    if (node !== undefined) this.countOn(node, attempts, counted);
  }

  private countOn(node: string, attempts: number, counted: boolean): void {
    const known = this.nodes.get(node) ?? { attempts: 0, counted: 0 };
    known.attempts += attempts;
    if (counted) known.counted += attempts;
    this.nodes.set(node, known);
  }

  summary(): TallySummary {
    const keys = [...this.keys].map(([key, rest]) => ({ key, ...rest }));
    return {
      attempts: this.attempts,
      counted: this.counted,
      outcomes: { ...this.outcomes },
      keys: keys.sort((a, b) => b.count - a.count || a.firstNumber - b.firstNumber),
      nodes: [...this.nodes].map(([node, tally]) => ({ node, ...tally })),
      timeline: this.timeline.spans(),
      durations: this.durations.summary(),
      leftovers: this.leftovers,
      signalsSent: this.signalsSent,
      maxRssKiB: this.maxRssKiB,
    };
  }
}
