import type { Tally } from "../../../stats/tally.js";
import type { Costs } from "./choose.js";
import type { BisectOptions } from "./options.js";
import { Posterior } from "./posterior.js";
import {
  countedOf,
  isAmong,
  type BisectAnswer,
  type BisectAsk,
  type BuildAnswer,
  type ConfirmAsk,
  type EndCount,
  type PointAttempts,
  type TryAsk,
} from "./questions.js";

/** Attempts of one end that are counted as "it" before anything is concluded: enough for its rate to within a third. */
export const MET = 12;
/** Builds and trials whose cost is averaged. */
const REMEMBERED = 16;

/** Fresh attempts of points with the change and without it. */
export interface Confirmation {
  readonly points: readonly {
    readonly point: string;
    readonly with: boolean;
    readonly attempts: number;
    readonly counted: number;
  }[];
  /** The largest over all points without it. */
  readonly pValue: number;
  readonly confirmed: boolean;
}

/** What is known of one point. */
export interface PointRecord {
  build: BuildAnswer | null;
  attempts: number;
  readonly ends: Map<string, EndCount>;
  /** The point with the same program to which its attempts are added. */
  sameAs: number | null;
}

/** All that a bisection knows. */
export class BisectState {
  readonly posterior: Posterior;
  /** Points that were asked for, in that order. */
  readonly records = new Map<number, PointRecord>();
  readonly built = new Set<number>();
  readonly unbuildable = new Set<number>();
  readonly confirmations: Confirmation[] = [];
  /** Whether both ends are measured: from then on the posterior counts. */
  measured = false;
  /** Keys of what is counted; null: whatever the plan counts. */
  keys: readonly string[] | null = null;
  /** Questions that were answered. */
  asked = 0;
  attempts = 0;
  builds = 0;
  readonly withEnd: number;
  readonly withoutEnd: number;
  /** What runs at a point -> the first point at which it does. */
  private readonly running = new Map<string, number>();
  private readonly buildMs: number[] = [];
  /** Of each trial between the ends, milliseconds of its build and its attempts. */
  private readonly trials: number[] = [];
  private readonly runs: { readonly attempts: number; readonly ms: number }[] = [];

  constructor(readonly options: BisectOptions) {
    this.posterior = new Posterior(options.history);
    this.withEnd = options.history.point(options.newEnd);
    this.withoutEnd = options.history.point(options.oldEnd);
  }

  take(ask: BisectAsk, answer: BisectAnswer): void {
    this.asked++;
    if (ask.kind === "try" && answer.kind === "tried") this.tried(ask, answer);
    else if (ask.kind === "confirm" && answer.kind === "confirmed") this.confirmed(ask, answer.made);
    else throw new RangeError(`an answer '${answer.kind}' to '${ask.kind}'`);
  }

  /** Counts of a point, by what is counted now. */
  tally(point: number): Tally {
    const record = this.records.get(point);
    if (record === undefined) return { attempts: 0, counted: 0 };
    return { attempts: record.attempts, counted: this.countedOf(record.ends.values()) };
  }

  countedOf(ends: Iterable<EndCount>): number {
    return countedOf(ends, this.keys);
  }

  isCounted(end: EndCount): boolean {
    return isAmong(end, this.keys);
  }

  /** Ends the measuring of the ends: from now on what is counted is fixed, and the posterior is told of both. */
  begin(keys: readonly string[] | null): void {
    this.keys = keys;
    this.measured = true;
    for (const point of this.records.keys()) {
      const { attempts, counted } = this.tally(point);
      this.posterior.observe(point, attempts, counted);
    }
    this.posterior.update();
  }

  /** Measured costs, or what was assumed where nothing was measured. */
  get costs(): Costs {
    const { costs } = this.options;
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const attempts = this.runs.reduce((sum, run) => sum + run.attempts, 0);
    const ms = this.runs.reduce((sum, run) => sum + Math.max(0, run.ms - costs.start), 0);
    return {
      build: this.buildMs.length === 0 ? costs.build : mean(this.buildMs),
      start: costs.start,
      attempt: attempts === 0 ? costs.attempt : Math.max(costs.attempt / 100, ms / attempts),
    };
  }

  /** Milliseconds that a trial between the ends took on average; null before the first. */
  get trialMs(): number | null {
    const { length } = this.trials;
    return length === 0 ? null : this.trials.reduce((sum, ms) => sum + ms, 0) / length;
  }

  record(point: number): PointRecord {
    let record = this.records.get(point);
    if (record === undefined) {
      record = { build: null, attempts: 0, ends: new Map(), sameAs: null };
      this.records.set(point, record);
    }
    return record;
  }

  private tried(ask: TryAsk, { build, made }: BisectAnswer & { kind: "tried" }): void {
    const point = this.options.history.point(ask.point);
    const record = this.record(point);
    if (!(build.ok && build.cached)) {
      if (record.build === null) this.builds++;
      this.buildMs.push(build.ms);
      if (this.buildMs.length > REMEMBERED) this.buildMs.shift();
    }
    if (this.measured) this.trials.push((record.build === null ? build.ms : 0) + (made?.ms ?? 0));
    record.build ??= build;
    if (!build.ok) {
      this.unbuildable.add(point);
      return;
    }
    this.built.add(point);
    if (build.runs !== undefined) this.pool(point, record, build.runs);
    if (made === null) return;
    this.runs.push({ attempts: made.attempts, ms: made.ms });
    if (this.runs.length > REMEMBERED) this.runs.shift();
    this.add(point, made);
    if (this.measured) this.posterior.update();
  }

  /** What runs at another point as well: no change between the two does anything. */
  private pool(point: number, record: PointRecord, runs: string): void {
    const twin = this.running.get(runs);
    if (twin === undefined) {
      this.running.set(runs, point);
      return;
    }
    if (twin === point || record.sameAs !== null) return;
    record.sameAs = twin;
    this.posterior.same(point, twin);
    if (this.measured) this.posterior.update();
  }

  private add(point: number, { attempts, ends }: PointAttempts): void {
    this.attempts += attempts;
    const record = this.record(point);
    record.attempts += attempts;
    for (const end of ends) {
      const id = `${end.counted} ${end.key}`;
      record.ends.set(id, { ...end, count: (record.ends.get(id)?.count ?? 0) + end.count });
    }
    if (this.measured) this.posterior.observe(point, attempts, this.countedOf(ends));
  }

  private confirmed(ask: ConfirmAsk, made: readonly PointAttempts[]): void {
    const { history, alpha, test } = this.options;
    const [subject, ...others] = ask.points.map((id, i) => {
      const point = history.point(id);
      const { attempts, ends } = made[i] as PointAttempts;
      this.add(point, made[i] as PointAttempts);
      return { point: id, with: i === 0, attempts, counted: this.countedOf(ends) };
    });
    this.posterior.update();
    if (subject === undefined) return;
    const pValue = Math.max(...others.map((other) => test(other, subject)));
    const ways = others.every(
      (other) => this.rises === subject.counted * other.attempts > other.counted * subject.attempts,
    );
    this.confirmations.push({ points: [subject, ...others], pValue, confirmed: ways && pValue <= alpha });
  }

  /** Whether what is looked for makes it crash more. */
  get rises(): boolean {
    if (this.options.find !== "changed") return this.options.find === "introduced";
    const { with: a, without: b } = this.posterior.rates();
    return a.a / (a.a + a.b) > b.a / (b.a + b.b);
  }
}
