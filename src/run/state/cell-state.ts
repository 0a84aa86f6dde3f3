import type { StopRule } from "../../plan/plan.js";
import type { Attempt } from "../attempt.js";
import type { MappedFiles } from "../mapped-files.js";
import type { AttemptSum } from "./attempt-sum.js";
import { NumberRanges, type NumberRange } from "./number-ranges.js";
import type { Admission } from "../schedule.js";
import { reachedAlone, type Standing } from "../stop.js";
import { Tally, type JudgedAttempt } from "./tally.js";

/** How a cell met its stop rule. `limit`: its cap came before what it was run for; `alone`: there was nothing to schedule. */
export type Ending = "reached" | "limit" | "decided" | "time" | "alone";

/**
 * Attempts under the scheduler after which a program that never had a second thread is taken for one that never has. One that has it in one run of 20 is
 * mistaken in 1 of 13 cases, and in one run of 10 in 1 of 194.
 */
const ALONE = 50;

/** Attempts that may be done above an open number; a bound on memory where one attempt hangs and others fly by. */
const AHEAD = 100_000;

/** Attempts `first` … `last` that are done: one, or several in a row as their sum. */
type Made = NumberRange & ({ readonly judged: JudgedAttempt } | { readonly sum: AttemptSum });

/**
 * Where one cell stands. Attempts end in any order, but are tallied in the order of their numbers: only so does a rule
 * that looks at the counts see what it would have seen without parallel workers. In order of completion, quick crashes
 * would come before slow clean runs, and `--until-crashes` would overstate the rate.
 */
export class CellState {
  readonly tally = new Tally();
  readonly done = new NumberRanges();
  /** Attempts that were made but not tallied: past the one at which the cell ended. They stay in the journal. */
  excluded = 0;
  infra = 0;
  /** Milliseconds that workers spent on it. */
  workMs = 0;
  ending: Ending | null = null;
  /** What its program had mapped; null where nobody looked, or it could not be seen. */
  mapped: MappedFiles | null = null;
  /** Of attempts under the scheduler: the most threads and processes that one had. Null: not known. */
  threads: "one" | "several" | null = null;
  /** Too many slots were lost: no more attempts are made in this session. */
  gaveUp = false;
  private next = 1;
  /** Done, but above a number that is open still. */
  private readonly early = new Map<number, Made>();
  private earlyAttempts = 0;
  /** Those of `early` that counted, ascending. */
  private readonly earlyCounted: number[] = [];

  constructor(private readonly stop: StopRule) {}

  /** Attempts done, tallied or not yet: what progress shows. */
  get standing(): Standing {
    return {
      attempts: this.tally.attempts + this.earlyAttempts,
      counted: this.tally.counted + this.earlyCounted.length,
    };
  }

  /** Attempts done that the tally lacks: they lie above a number that is open. */
  get untallied(): number {
    return this.earlyAttempts;
  }

  /** Takes an attempt that is done. A number that comes twice is a bug, or a forged journal. */
  add(judged: JudgedAttempt): void {
    const { number } = judged.attempt;
    this.enter({ first: number, last: number, judged });
  }

  /** The same of several attempts at once. */
  addSum(sum: AttemptSum): void {
    this.enter({ first: sum.first, last: sum.first + sum.count - 1, sum });
  }

  private enter(made: Made): void {
    const { first, last } = made;
    if (!this.done.addRange(first, last))
      throw new RangeError(
        first === last
          ? `attempt ${first} was made twice`
          : `of attempts ${first} to ${last} some were made twice`,
      );
    if (this.ending !== null) {
      this.excluded += last - first + 1;
      return;
    }
    this.early.set(first, made);
    this.earlyAttempts += last - first + 1;
    if (isCounted(made)) insert(this.earlyCounted, first);
    for (let next; (next = this.early.get(this.next)) !== undefined; this.next = next.last + 1) {
      this.take(next);
      if (reachedAlone(this.stop, this.tally)) return this.end(this.endingByRule());
      if (this.threads === "one" && this.tally.attempts >= ALONE) return this.end("alone");
    }
  }

  /** Ends the cell: what is done above an open number is left out of its tally. */
  end(ending: Ending): void {
    this.ending = ending;
    this.excluded += this.earlyAttempts;
    this.early.clear();
    this.earlyAttempts = 0;
    this.earlyCounted.length = 0;
  }

  /**
   * Tallies what is done above numbers that will stay open, in order: where a campaign is interrupted, its time is over
   * or the cell is given up, those gaps are no fault of the attempts above them. Not for a rule that looks at counts: it
   * must not see what lies above a gap, unless the campaign's time is over: then every attempt that began has ended, and how the others would have
   * ended had no say in which they are.
   */
  settle(timeOver = false): void {
    const looksAtCounts = this.stop.kind === "until-crashes" || this.stop.kind === "until-decided";
    if (this.ending !== null || (looksAtCounts && !timeOver)) return;
    for (const number of [...this.early.keys()].sort((a, b) => a - b)) {
      this.take(this.early.get(number) as Made);
      if (looksAtCounts && reachedAlone(this.stop, this.tally)) return this.end(this.endingByRule());
    }
  }

  /** Whether an attempt of that number should be made. */
  admit(number: number): Admission {
    if (this.ending !== null || this.gaveUp) return "never";
    if (this.stop.kind === "until-crashes") {
      const last = this.earlyCounted[this.stop.crashes - this.tally.counted - 1];
      // Enough are counted up to `last`: it, or a lower one, will be the attempt that ends the cell.
      if (last !== undefined && number > last) return "never";
    }
    return number >= this.next + AHEAD ? "wait" : "go";
  }

  private endingByRule(): Ending {
    if (this.stop.kind === "runs") return "reached";
    return this.stop.kind === "until-crashes" && this.tally.counted >= this.stop.crashes
      ? "reached"
      : "limit";
  }

  /** Called in ascending order, so it is the lowest of those that are early. */
  private take(made: Made): void {
    const attempts = made.last - made.first + 1;
    this.early.delete(made.first);
    this.earlyAttempts -= attempts;
    if (isCounted(made)) this.earlyCounted.shift();
    if ("sum" in made) this.tally.addSum(made.sum);
    // Whether an attempt belongs to a span of time is decided by when it started: by its end, slow ones would be missed.
    else if (startsTooLate(this.stop, made.judged.attempt)) this.excluded += attempts;
    else this.tally.add(made.judged);
  }
}

/** Whether an attempt started after the time of `--for` was over: then it is in no tally, and in no sum. */
export function startsTooLate(stop: StopRule, { startMs }: Pick<Attempt, "startMs">): boolean {
  return stop.kind === "for" && startMs >= stop.durationMs;
}

/** Attempts in sums do not count. */
function isCounted(made: Made): boolean {
  return "judged" in made && made.judged.verdict.counted;
}

function insert(ascending: number[], number: number): void {
  let at = ascending.length;
  while (at > 0 && (ascending[at - 1] as number) > number) at--;
  ascending.splice(at, 0, number);
}
