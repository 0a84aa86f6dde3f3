import type { Plan } from "../../plan/plan.js";
import type { ProgressSink } from "../../progress/event.js";
import { asJournaled, RowWriter, withJournalTimes } from "./attempt-row.js";
import { toMicrosecond, type Attempt } from "../attempt.js";
import { tasksOf } from "../scheduled/schedule-record.js";
import { RunningSum } from "../state/attempt-sum.js";
import { outputEntry, type CampaignState } from "../state/campaign-state.js";
import type { MappedFiles } from "../mapped-files.js";
import type { JournalWriter } from "./writer.js";
import { startsTooLate } from "../state/cell-state.js";
import { Meter } from "../state/meter.js";
import { decidedCells, type StopStatistics } from "../stop.js";
import type { Judge, Verdict } from "../verdict.js";

/** Attempts that may wait for the disk; then workers wait for it, too. */
const BACKLOG = 20_000;
/** Whether cells are decided is asked again when a cell has grown by this share: it costs more than an attempt. */
const GROWTH = 1.005;
/** Attempts of each cell that have rows of their own in the journal, however they ended; of later ones, those that count. */
const ROWS_EACH = 10_000;
/** Of a lost slot; it may hold what a container printed. */
const LONGEST_MESSAGE = 2000;

/**
 * Judges attempts, writes them down and counts them. The state is ahead of the disk by a flush at most; what is shown on
 * the screen is what was on disk.
 */
export class Recorder {
  /** Resolves no promise and throws nothing: called when a cell ends. */
  onEnd: (cell: number) => void = () => undefined;
  private readonly meters: readonly Meter[];
  private readonly unseen = new Set<number>();
  private readonly askedAt: number[];
  private backlog = 0;
  /** Attempts of the batch in hand of which a sum is enough, with the number of their key. */
  private sum: { readonly running: RunningSum; readonly key: number } | null = null;

  constructor(
    private readonly plan: Plan,
    private readonly state: CampaignState,
    private readonly journal: JournalWriter,
    private readonly judge: Judge,
    private readonly statistics: StopStatistics,
    private readonly progress: ProgressSink,
    /** Milliseconds since the campaign began. */
    private readonly elapsedMs: () => number,
  ) {
    const now = elapsedMs();
    this.meters = plan.cells.map(
      ({ id }, index) => new Meter(id, plan.stop, statistics, now, state.cell(index).standing.attempts),
    );
    this.askedAt = plan.cells.map(() => 0);
  }

  /** Takes attempts that a worker spent `workMs` on. Their `startMs` counts from the beginning of the campaign. */
  record(cell: number, attempts: readonly Attempt[], workMs: number): void {
    const state = this.state.cell(cell);
    const atMs = this.elapsedMs();
    for (const attempt of attempts) this.recordOne(cell, attempt, atMs);
    this.endSum(cell, atMs);
    state.workMs += workMs;
    this.journal.work(cell, workMs);
    this.backlog += attempts.length;
    this.unseen.add(cell);
    if (state.ending !== null) this.onEnd(cell);
    this.decide(cell);
  }

  /** What the program of a cell had mapped. */
  mapped(cell: number, mapped: MappedFiles): void {
    this.state.cell(cell).mapped = mapped;
    this.journal.append({ t: "mapped", cell, mapped });
  }

  /** A slot of a cell was lost, while it made attempt `number`. */
  lost(cell: number, number: number | null, why: string): void {
    const message = why.slice(0, LONGEST_MESSAGE);
    this.state.lost(cell, number, message);
    this.journal.append({ t: "infra", cell, number, message });
    this.unseen.add(cell);
  }

  /** Whether so much waits for the disk that workers should, too. */
  get behind(): boolean {
    return this.backlog >= BACKLOG;
  }

  /** Brings what was recorded to disk, then shows it. Throws Failure("infrastructure") where it cannot. */
  async flush(): Promise<void> {
    const atMs = this.elapsedMs();
    this.state.elapsedMs = Math.max(this.state.elapsedMs, atMs);
    const shown = [...this.unseen].map((cell) => ({ cell, standing: this.state.cell(cell).standing }));
    this.unseen.clear();
    this.backlog = 0;
    await this.journal.flush();
    for (const { cell, standing } of shown) {
      const meter = this.meters[cell];
      if (meter !== undefined) this.progress(meter.event(standing, atMs));
    }
  }

  /** Asks whether any cell is decided, where that is the rule; `after`: the cell that has new attempts. */
  decide(after: number): void {
    if (this.plan.stop.kind !== "until-decided") return;
    const { attempts } = this.state.cell(after).tally;
    if (attempts < (this.askedAt[after] as number) * GROWTH) return;
    this.askedAt[after] = attempts;
    const cells = this.plan.cells.map(({ id }, index) => {
      const { tally, ending, gaveUp } = this.state.cell(index);
      return { id, attempts: tally.attempts, counted: tally.counted, ended: ending !== null || gaveUp };
    });
    for (const id of decidedCells(this.plan, cells, this.statistics)) {
      const cell = cells.findIndex((other) => other.id === id);
      this.journal.append({ t: "decided", cell });
      this.state.cell(cell).end("decided");
      this.onEnd(cell);
    }
  }

  /** Notes whether there ever was more than one thread to be scheduled. */
  private threads(cell: number, { schedule }: Attempt): void {
    const state = this.state.cell(cell);
    if (schedule === undefined || state.threads === "several") return;
    const several = tasksOf(schedule) > 1;
    // Of attempts that an earlier vivarium made it is not known.
    if (!several && (state.threads === "one" || state.standing.attempts > 0)) return;
    state.threads = several ? "several" : "one";
    this.journal.append({ t: "threads", cell, several });
  }

  private recordOne(cell: number, raw: Attempt, atMs: number): void {
    const planned = this.plan.cells[cell];
    if (planned === undefined) throw new RangeError(`cell ${cell} is not in the plan`);
    if (planned.run.schedule !== undefined && planned.run.schedule.rule !== "play") this.threads(cell, raw);
    const judged = this.judge(planned, raw);
    const key = this.state.keys.number(judged);
    if (key.fresh) this.journal.append({ t: "key", name: key.name });
    const verdict = { key: key.name, outcome: judged.outcome, counted: judged.counted };
    const wanted = raw.output !== null && this.state.outputs.wants(cell, key.name, raw);
    if (!wanted && !this.needsRow(cell, raw, verdict))
      return this.addUp(cell, raw, verdict, key.number, atMs);
    this.endSum(cell, atMs);
    this.journal.attempt(cell, raw, verdict, key.number, atMs);
    if (wanted) this.keepOutput(cell, raw, verdict, key.number);
    this.state.cell(cell).add({ attempt: asJournaled(raw), verdict });
  }

  private needsRow(cell: number, { startMs }: Attempt, { counted }: Verdict): boolean {
    const { standing } = this.state.cell(cell);
    return (
      counted ||
      // Those of an open sum come after this many.
      standing.attempts < ROWS_EACH ||
      startsTooLate(this.plan.stop, { startMs: toMicrosecond(startMs) })
    );
  }

  private addUp(cell: number, attempt: Attempt, verdict: Verdict, key: number, atMs: number): void {
    let { sum } = this;
    if (sum?.running.takes(attempt.number, verdict, attempt.node) !== true) {
      this.endSum(cell, atMs);
      sum = this.sum = { running: new RunningSum(attempt.number, verdict, attempt.node), key };
    }
    sum.running.add(attempt);
  }

  private endSum(cell: number, atMs: number): void {
    if (this.sum === null) return;
    const { running, key } = this.sum;
    const sum = running.sum();
    this.sum = null;
    this.journal.sum(cell, sum, key, atMs);
    this.state.cell(cell).addSum(sum);
  }

  private keepOutput(cell: number, raw: Attempt, verdict: Verdict, key: number): void {
    const { output } = raw;
    if (output === null) return;
    this.journal.append(outputEntry(cell, new RowWriter().row(raw, verdict, key), { ...raw, output }));
    this.state.outputs.add(cell, verdict.key, { ...withJournalTimes(raw), output: copied(output) });
  }
}

/** Its bytes alone, not the large buffers that they may be views of. */
function copied({ stdout, stderr }: NonNullable<Attempt["output"]>): NonNullable<Attempt["output"]> {
  const bytes = ({ head, tail, total }: typeof stdout): typeof stdout => ({
    head: Buffer.from(head),
    tail: Buffer.from(tail),
    total,
  });
  return { stdout: bytes(stdout), stderr: bytes(stderr) };
}
