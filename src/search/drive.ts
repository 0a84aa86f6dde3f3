import { Failure } from "../failure.js";
import type { ProgressSink } from "../progress/event.js";
import type { OpenSearch } from "./open-search.js";
import type { Strategy } from "./strategy/strategy.js";

/** A search, ready to be carried out. */
export interface DriveInput<State, Ask, Answer, Finding> {
  readonly strategy: Strategy<State, Ask, Answer, Finding>;
  /**
   * Finds the answer to one question: builds and runs. That a candidate cannot be built is an answer; a Failure that it throws ends the search,
   * which can be gone on with.
   */
  readonly answer: (ask: Ask, signal: AbortSignal) => Promise<Answer>;
  /** Makes what a question will need, while others are answered: a build. What it throws is met again when the question is asked. */
  readonly prepare?: ((ask: Ask, signal: AbortSignal) => Promise<void>) | undefined;
  readonly search: Pick<OpenSearch, "header" | "journal" | "before" | "sinceStart">;
  /** Questions that are answered at a time, at most. */
  readonly lanes: number;
  readonly sink: ProgressSink;
  readonly signal: AbortSignal;
}

/** What came of it. */
export interface Driven<State, Finding> {
  readonly state: State;
  /** Null where it was interrupted first. */
  readonly finding: Finding | null;
  /** Answers in all, those of earlier sessions too. */
  readonly answers: number;
}

/**
 * Carries a search out: asks what its strategy asks, journals every answer before the strategy takes it, prepares what is likely to be asked
 * next, and ends when the strategy is done or the signal aborts. Answers of earlier sessions are taken first, so that nothing is asked twice.
 */
export async function drive<State, Ask, Answer, Finding>(
  input: DriveInput<State, Ask, Answer, Finding>,
): Promise<Driven<State, Finding>> {
  return new Drive(input).run();
}

class Drive<State, Ask, Answer, Finding> {
  private state: State;
  private answers = 0;
  private finding: Finding | null = null;
  private failure: unknown = null;
  private readonly pending = new Set<Ask>();
  private readonly stop = new AbortController();
  private preparing: Promise<void> | null = null;
  private wake: () => void = () => undefined;

  constructor(private readonly input: DriveInput<State, Ask, Answer, Finding>) {
    const { strategy, search } = input;
    this.state = strategy.initial;
    for (const { ask, answer } of search.before) this.take(ask as Ask, answer as Answer);
  }

  async run(): Promise<Driven<State, Finding>> {
    const { signal, search } = this.input;
    const onAbort = (): void => this.end();
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) this.end();
    const running = new Set<Promise<void>>();
    try {
      while (!this.stop.signal.aborted) {
        const changed = new Promise<void>((resolve) => (this.wake = resolve));
        for (const work of this.step()) {
          running.add(work);
          void work.finally(() => running.delete(work));
        }
        // Only now the state knows what its answers lead to.
        this.tell();
        if (this.finding !== null) break;
        await changed;
      }
    } finally {
      this.end();
      signal.removeEventListener("abort", onAbort);
      await Promise.allSettled([...running, this.preparing]);
    }
    if (this.failure !== null) throw this.failure;
    await search.journal.append({
      t: "end",
      at: new Date().toISOString(),
      atMs: Math.round(search.sinceStart()),
      complete: this.finding !== null,
    });
    return { state: this.state, finding: this.finding, answers: this.answers };
  }

  /** Starts what the strategy wants now, as far as there are lanes. */
  private step(): Promise<void>[] {
    const { strategy, lanes } = this.input;
    const step = strategy.next(this.state, [...this.pending]);
    if (step.kind === "done") {
      this.finding = step.finding;
      return [];
    }
    const asks = step.asks.slice(0, Math.max(0, lanes - this.pending.size));
    if (asks.length === 0 && this.pending.size === 0) throw new Error("the strategy neither asks nor ends");
    const work = asks.map((ask) => this.ask(ask));
    this.prepare([...step.asks.slice(asks.length), ...(step.likely ?? [])]);
    return work;
  }

  private async ask(ask: Ask): Promise<void> {
    const { answer, search } = this.input;
    this.pending.add(ask);
    try {
      const found = await answer(ask, this.stop.signal);
      // What is wanted no more may be half an answer.
      if (this.stop.signal.aborted) return;
      await search.journal.append({ t: "answer", ask, answer: found, atMs: Math.round(search.sinceStart()) });
      this.pending.delete(ask);
      this.take(ask, found);
      this.wake();
    } catch (error) {
      this.fail(error);
    }
  }

  /** One at a time, so that it is in the way of no measurement more than it must be. */
  private prepare(likely: readonly Ask[]): void {
    const { prepare } = this.input;
    if (prepare === undefined || this.preparing !== null || likely.length === 0) return;
    const work = async (): Promise<void> => {
      for (const ask of likely) {
        if (this.stop.signal.aborted) return;
        await prepare(ask, this.stop.signal).catch(() => undefined);
      }
    };
    this.preparing = work().finally(() => (this.preparing = null));
  }

  private take(ask: Ask, answer: Answer): void {
    this.state = this.input.strategy.take(this.state, ask, answer);
    this.answers++;
  }

  private tell(): void {
    const { strategy, sink, search } = this.input;
    sink({
      kind: "search",
      search: search.header.kind,
      answers: this.answers,
      standing: strategy.standing(this.state),
    });
  }

  private fail(error: unknown): void {
    // Ending makes what is under way fail as well; that is no news.
    if (!(this.stop.signal.aborted && error instanceof Failure)) this.failure ??= error;
    this.end();
  }

  private end(): void {
    this.stop.abort();
    this.wake();
  }
}
