import { setMaxListeners } from "node:events";
import { Failure } from "../failure.js";
import type { Binary } from "../images/binary.js";
import type { ProgressSink } from "../progress/event.js";
import { blockAttempts } from "./runner/block-attempts.js";
import { campaignOutcome, type CampaignOutcome } from "./state/campaign-outcome.js";
import { Deadline } from "./deadline.js";
import type { Executor, Slot } from "./runner/executor.js";
import { givenUp, LostSlots, triedAgain, type LostSlot } from "./state/lost-slots.js";
import type { OpenCampaign } from "./store/open-campaign.js";
import { Recorder } from "./journal/recorder.js";
import { Schedule, type Admission, type Block } from "./schedule.js";
import { Slots } from "./runner/slots.js";
import { attemptLimit, type StopStatistics } from "./stop.js";
import type { Judge } from "./verdict.js";
import { Waits } from "./waits.js";

/** Attempts reach the disk, and then the screen, this often: well within a second, and within ten times a second. */
const FLUSH_MS = 200;
/** Slots open at a time over all workers, and at least for each: an idle one is a container that waits. */
const SLOTS = 64;
const SLOTS_EACH = 4;
/** A wait before the next try is told from here on. */
const TOLD_WAIT_MS = 1000;

export interface CampaignInput {
  /** Begun or resumed; the caller closes it. */
  readonly campaign: OpenCampaign;
  /** By cell id. */
  readonly binaries: ReadonlyMap<string, Binary>;
  /** Times its attempts by `campaign.sinceStart`. */
  readonly executor: Executor;
  readonly judge: Judge;
  readonly statistics: StopStatistics;
  readonly progress: ProgressSink;
  /** Ends the campaign early: what was done is on disk and in the outcome. */
  readonly signal: AbortSignal;
}

/**
 * Makes the attempts of a campaign that are not made yet, until its stop rule is met in every cell or the signal aborts.
 * A lost slot is retried and, at last, gives its cell up; it throws only where the journal cannot be written, or at a bug.
 */
export async function runCampaign(input: CampaignInput): Promise<CampaignOutcome> {
  return new Session(input).run();
}

class Session {
  private readonly plan;
  private readonly state;
  private readonly recorder: Recorder;
  private readonly schedule: Schedule;
  private readonly lost: readonly LostSlots[];
  /** One for each cell: aborts when no more attempts of it are wanted, however far its slots are. */
  private readonly cuts: readonly AbortController[];
  private readonly stopped = new AbortController();
  private readonly clock;
  private readonly deadline: Deadline;
  private readonly waits: Waits;
  /** Cells whose program was looked at, by this session or an earlier one. */
  private readonly looked: Set<number>;
  private inFlight = 0;
  private wake: () => void = () => undefined;
  private changed = this.nextChange();
  private failure: unknown = null;

  constructor(private readonly input: CampaignInput) {
    const { header, state, journal } = input.campaign;
    const { plan } = header;
    this.plan = plan;
    this.state = state;
    this.clock = input.campaign.clock;
    this.deadline = new Deadline(plan.stop, plan.cells, input.campaign.sinceStart);
    this.lost = plan.cells.map(() => new LostSlots(plan.parallel));
    this.looked = new Set([...plan.cells.keys()].filter((cell) => state.cell(cell).mapped !== null));
    this.cuts = plan.cells.map(() => new AbortController());
    // Every worker listens to them; Node warns of a leak at the eleventh.
    setMaxListeners(0, this.stopped.signal, ...this.cuts.map((cut) => cut.signal));
    this.schedule = new Schedule({
      done: state.cells.map(({ done }) => done),
      limit: attemptLimit(plan.stop),
      block: plan.block,
      parallel: plan.parallel,
      seed: plan.seed,
    });
    const { judge, statistics } = input;
    this.waits = new Waits(this.clock, input.progress);
    this.recorder = new Recorder(
      plan,
      state,
      journal,
      judge,
      statistics,
      this.waits.sink,
      input.campaign.sinceStart,
    );
    this.recorder.onEnd = (cell) => this.cuts[cell]?.abort();
  }

  async run(): Promise<CampaignOutcome> {
    const { signal, campaign } = this.input;
    const stop = (): void => this.stop();
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    const endWatch = this.waits.watch();
    const endFlushes = this.clock.every(FLUSH_MS, () => void this.flush().catch(() => undefined));
    void this.deadline.watch(this.clock, this.stopped.signal, () => this.announce(), stop);
    try {
      if (campaign.torn > 0) {
        const text = `the last ${campaign.torn} bytes of the journal were half written; their attempts are made again`;
        this.tell("info", text);
      }
      // A resumed campaign may be decided by what it has.
      this.plan.cells.forEach((_, cell) => this.recorder.decide(cell));
      await Promise.all(Array.from({ length: this.plan.parallel }, () => this.work()));
    } finally {
      signal.removeEventListener("abort", stop);
      endFlushes();
      endWatch();
      this.stopped.abort();
    }
    if (this.failure !== null) throw this.failure;
    return this.finish();
  }

  /** One worker: block after block, each in a slot of its own for that cell. */
  private async work(): Promise<void> {
    const slots = new Slots(Math.max(SLOTS_EACH, Math.floor(SLOTS / this.plan.parallel)), (cell) =>
      this.open(cell),
    );
    try {
      for (let block; (block = await this.take()) !== null;) {
        try {
          await this.make(block, slots);
        } finally {
          this.inFlight--;
          this.announce();
        }
        if (this.recorder.behind) await this.flush();
      }
    } catch (error) {
      this.fail(error);
    } finally {
      await slots.closeAll();
    }
  }

  /** The next block; null where there is no more to do. Waits while others hold all there is: one may be lost. */
  private async take(): Promise<Block | null> {
    for (;;) {
      if (this.stopped.signal.aborted || this.deadline.isOver) return null;
      const block = this.schedule.next((cell, number) => this.admit(cell, number));
      if (block !== null) {
        this.inFlight++;
        return block;
      }
      if (this.inFlight === 0) return null;
      await this.changed;
    }
  }

  private admit(cell: number, number: number): Admission {
    return this.state.cell(cell).admit(number);
  }

  private async make(block: Block, slots: Slots): Promise<void> {
    const { cell, first, count } = block;
    const cut = (this.cuts[cell] as AbortController).signal;
    let next = first;
    let opened = false;
    const askedMs = this.clock.now();
    const what = `${this.plan.cells[cell]?.id}: waiting for a container and its attempt ${first}`;
    const endWait = this.waits.begin(what);
    try {
      const slot = await slots.get(cell);
      opened = true;
      let since = this.clock.now();
      for await (const batch of blockAttempts(slot, block, cut)) {
        endWait();
        const now = this.clock.now();
        this.recorder.record(cell, batch, now - since);
        this.lost[cell]?.progress(batch.length);
        since = now;
        next += batch.length;
        this.announce();
        if (this.deadline.endsIn(batch)) break;
      }
      const cutShort = next < first + count;
      if (!cutShort) await this.lookOnce(cell, slot);
      // The slot may be at an attempt that no one wants. At the end of all, it is closed with the others.
      else if (!this.stopped.signal.aborted) await slots.drop(cell);
    } catch (error) {
      if (this.stopped.signal.aborted && error instanceof Failure) return;
      await slots.drop(cell);
      if (!(error instanceof Failure)) throw error;
      if (this.stopped.signal.aborted || cut.aborted) return;
      if (error.kind !== "infrastructure") throw error;
      const number = opened ? next : null;
      const slot = { number, failure: error, askedMs, lostMs: this.clock.now() };
      await this.retry({ cell, first: next, count: first + count - next }, slot);
    } finally {
      endWait();
    }
  }

  /** After a lost slot: a while later, what is left of its block is there to be taken again. Or the cell is given up. */
  private async retry(rest: Block, slot: LostSlot): Promise<void> {
    const state = this.state.cell(rest.cell);
    const cut = this.cuts[rest.cell] as AbortController;
    this.recorder.lost(rest.cell, slot.number, slot.failure.message);
    if (state.gaveUp) return;
    const name = this.plan.cells[rest.cell]?.id ?? "";
    const after = (this.lost[rest.cell] as LostSlots).lost(slot);
    if ("giveUp" in after) {
      state.gaveUp = true;
      this.tell("warning", givenUp(name, after.giveUp, slot.failure));
      this.recorder.decide(rest.cell);
      // Whoever waits to try it again, or is at it, need not.
      cut.abort();
      return;
    }
    if (after.waitMs >= TOLD_WAIT_MS) this.tell("info", triedAgain(name, after.waitMs, slot.failure));
    await this.clock.sleep(after.waitMs, cut.signal);
    this.schedule.giveBack(rest);
  }

  /** After the first attempts of a cell it is seen, once, what its program maps. It costs no attempt where that goes wrong. */
  private async lookOnce(cell: number, slot: Slot): Promise<void> {
    if (slot.look === undefined || this.looked.has(cell) || this.stopped.signal.aborted) return;
    this.looked.add(cell);
    const mapped = await slot.look();
    if (mapped !== null) this.recorder.mapped(cell, mapped);
  }

  private async open(cell: number) {
    const planned = this.plan.cells[cell];
    const binary = planned && this.input.binaries.get(planned.id);
    if (planned === undefined || binary === undefined) throw new RangeError(`cell ${cell} has no binary`);
    const slot = await this.input.executor.open(planned, binary, this.plan, this.stopped.signal);
    this.lost[cell]?.opened();
    return slot;
  }

  private tell(level: "info" | "warning", text: string): void {
    this.waits.sink({ kind: "note", level, text });
  }

  private stop(): void {
    this.stopped.abort();
    for (const cut of this.cuts) cut.abort();
    this.announce();
    void this.flush().catch(() => undefined);
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    this.stop();
  }

  private async flush(): Promise<void> {
    try {
      this.input.campaign.lock.check();
      await this.recorder.flush();
    } catch (error) {
      if (this.failure === null) this.fail(error);
      throw error;
    }
  }

  private async finish(): Promise<CampaignOutcome> {
    const { campaign } = this.input;
    const endedAt = this.clock.date().toISOString();
    this.state.endedAt = endedAt;
    this.state.elapsedMs = this.input.campaign.sinceStart();
    const outcome = campaignOutcome(campaign.header, this.state);
    const { complete, elapsedMs } = outcome;
    campaign.journal.append({ t: "end", at: endedAt, atMs: Math.round(elapsedMs), complete });
    await this.flush();
    for (const { id, excluded } of outcome.cells) this.tellExcluded(id, excluded);
    return outcome;
  }

  private tellExcluded(id: string, excluded: number): void {
    if (excluded === 0) return;
    const text = `${id}: ${excluded} attempts were made beyond the one at which it ended; they are in the journal, and in no count`;
    this.tell("info", text);
  }

  private announce(): void {
    this.wake();
    this.changed = this.nextChange();
  }

  private nextChange(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }
}
