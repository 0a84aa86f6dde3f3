import type { Engine, Labels } from "../../docker/engine.js";
import { counted } from "../../text/numbers.js";
import { printable } from "../../text/printable.js";
import { Failure } from "../../failure.js";
import type { Binary } from "../../images/binary.js";
import type { Cell } from "../../plan/plan.js";
import type { ProgressSink } from "../../progress/event.js";
import type { Attempt } from "../attempt.js";
import { EngineCaptures, type CapturePlace } from "./capture-place.js";
import { readGdbAnswer, type GdbAnswer, type RawCapture } from "./gdb-answer.js";
import { gdbRequest, gdbTask, hangLooks, programTimeMs, type GdbRequest } from "./gdb-task.js";

export type { RawCapture } from "./gdb-answer.js";

/** What a capture may cost, and when there is enough of it. */
export interface CaptureBudget {
  /** Runs under gdb that may be made. */
  readonly attempts: number;
  /** Milliseconds for one of them. */
  readonly timeoutMs: number;
  /** Milliseconds after which no further one is begun; default: none. */
  readonly withinMs?: number | undefined;
  /**
   * Where none of them crashed: runs of the program without gdb, which attaches to the first that crashes, and milliseconds for
   * them all. Absent: none.
   */
  readonly watched?: { readonly runs: number; readonly timeoutMs: number } | undefined;
  /** A schedule that the crash comes of (`scheduleText`): it is played in place of plain runs. */
  readonly schedule?: string | undefined;
  /** Hangs are looked for, and nothing else: the program runs without gdb, which attaches to what is left at the time limit. */
  readonly hangs?: boolean;
  /** A child's crash is looked for, behind an exit status of its parent; most often there is none. */
  readonly children?: boolean;
  /** Asked after each run with all captures so far; true ends the search. Default: one that was fatal. */
  readonly enough?: (captures: readonly RawCapture[]) => boolean;
}

export interface CaptureRequest {
  readonly engine: Engine;
  /** Where gdb is run; default: on the engine. */
  readonly place?: CapturePlace;
  readonly cell: Cell;
  readonly binary: Binary;
  readonly budget: CaptureBudget;
  readonly labels: Labels;
  readonly signal: AbortSignal;
  readonly sink: ProgressSink;
}

/** What the search for native evidence came to. Its runs are never counted as attempts. */
export interface Captured {
  /** Runs that were made, under gdb or watched. */
  readonly tried: number;
  readonly captures: readonly RawCapture[];
  /** What went wrong with gdb, in words, each once. It says nothing of whether the program crashes. */
  readonly problems: readonly string[];
  /** How often the program ended how under gdb: `exit 0` -> 18. */
  readonly ends: Readonly<Record<string, number>>;
}

/**
 * Runs a cell's program under gdb, in containers of the cell's image, until there is enough or the budget is spent. Never throws for what
 * gdb cannot do, nor where the signal aborts: then `problems` says why there is no native trace, and what was seen by then is there.
 */
export async function captureNative(request: CaptureRequest): Promise<Captured> {
  const { engine, cell, binary, budget, labels, signal, sink } = request;
  const search = new Search(budget);
  const { place = new EngineCaptures(engine) } = request;
  const id = `capture ${cell.id}`;
  const title =
    budget.children === true
      ? `Looking for a child's crash on ${cell.id} with gdb`
      : `Capturing the crash on ${cell.id} with gdb`;
  const began = performance.now();
  const elapsed = (): number => performance.now() - began;
  let status: "done" | "failed" | "interrupted" = "failed";
  sink({ kind: "step-started", id, title });
  try {
    const look = async (asked: GdbRequest, timeoutMs: number, more: () => boolean): Promise<void> => {
      const task = gdbTask(cell, binary, asked, timeoutMs, labels);
      const runner = await place.open({ task, signal, elapsed });
      try {
        while (more()) {
          for await (const attempts of runner.run(search.tried + 1, 1)) {
            for (const attempt of attempts) search.add(answerOf(attempt, asked.mark));
          }
          sink({ kind: "step-output", id, line: search.line });
        }
      } finally {
        await runner.close();
      }
    };
    const programMs = programTimeMs(cell, budget.timeoutMs, budget.hangs);
    const { watched, withinMs = Infinity } = budget;
    const more = (): boolean => !search.over && (search.tried === 0 || elapsed() < withinMs);
    const played = scheduledWatch(cell, budget);
    const hangs = budget.hangs === true ? hangLooks(programMs, budget.timeoutMs) : null;
    await look(gdbRequest(cell, binary, programMs, played, hangs), budget.timeoutMs, more);
    if (watched !== undefined && !search.found && !search.hopeless) {
      const watch = {
        runs: Math.min(watched.runs, WATCH.runs),
        timeoutMs: Math.min(watched.timeoutMs, WATCH.timeoutMs),
        eachMs: cell.run.timeoutMs,
      };
      const end = elapsed() + watched.timeoutMs;
      await look(
        gdbRequest(cell, binary, programMs, watch),
        budget.timeoutMs + watch.timeoutMs,
        search.watching(watched.runs, () => elapsed() > end),
      );
    }
    status = search.found || search.sawSome || budget.children === true ? "done" : "failed";
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const isInterrupted = error.kind === "interrupted";
    if (isInterrupted) status = "interrupted";
    search.fail(isInterrupted ? INTERRUPTED : error.message);
  } finally {
    sink({ kind: "step-ended", id, title, status, ms: elapsed() });
  }
  return search.result;
}

function scheduledWatch(cell: Cell, { schedule, timeoutMs }: CaptureBudget): GdbRequest["watch"] {
  if (schedule === undefined) return null;
  return { runs: 1, timeoutMs, eachMs: Math.min(timeoutMs, cell.run.timeoutMs), schedule };
}

/** One run's answer; a run that gave none says so, with what gdb said instead. */
function answerOf(attempt: Attempt, mark: string): GdbAnswer {
  const { output, number, timedOut } = attempt;
  if (output === null) throw new Error("a run under gdb came without its output");
  const answer = readGdbAnswer(output.stdout, mark, number);
  if (answer.status !== null || answer.captures.length > 0 || answer.problems.length === 0) return answer;
  const said = printable(Buffer.concat([output.stderr.head, output.stderr.tail]).toString("utf8"), 300);
  const why = timedOut ? "its time was over" : `status ${attempt.status}`;
  return {
    ...answer,
    problems: [...answer.problems, `gdb ended (${why})${said === "" ? "" : `: ${said}`}`],
    // It answered nothing at all: no gdb, no Python in it, or no right to trace.
    started: answer.started && timedOut,
  };
}

const INTERRUPTED = "interrupted while gdb looked for it";
/** One watch in a container at most, so that a long search says now and then how far it is. */
const WATCH = { runs: 20_000, timeoutMs: 30_000 };
const MAX_FAILURES = 3;
/** A signal that the kernel ends a program with without a stop, as a seccomp filter does: gdb never sees it. */
const MAX_UNSTOPPED = 2;

class Search {
  /** Runs of the program. */
  tried = 0;
  /** Runs of gdb. */
  private looks = 0;
  private failures = 0;
  private unstopped = 0;
  private readonly captures: RawCapture[] = [];
  private readonly problems = new Set<string>();
  private readonly ends: Record<string, number> = {};

  constructor(private readonly budget: CaptureBudget) {}

  get found(): boolean {
    const { enough = (captures) => captures.some((capture) => capture.fatal) } = this.budget;
    return enough(this.captures);
  }

  /** Less than enough is better than nothing. */
  get sawSome(): boolean {
    return this.captures.some(({ fatal, hang }) => fatal || hang);
  }

  /** What never worked once will not; what fails now and then is given a few more chances. */
  get hopeless(): boolean {
    if (this.unstopped >= MAX_UNSTOPPED) return true;
    return this.failures > (this.failures === this.looks ? 0 : MAX_FAILURES);
  }

  get over(): boolean {
    return this.hopeless || this.tried >= this.budget.attempts || this.found;
  }

  /** Whether to watch once more: until there is enough, so many runs were watched, or it is late. */
  watching(runs: number, late: () => boolean): () => boolean {
    const end = this.tried + runs;
    return () => !this.found && !this.hopeless && this.tried < end && !late();
  }

  get line(): string {
    const fatal = this.captures.filter((capture) => capture.fatal).length;
    const hangs = this.captures.filter((capture) => capture.hang).length;
    const hung = hangs === 0 ? "" : `, ${counted(hangs, "hang")}`;
    return `${counted(this.tried, "run")}, ${counted(fatal, "fatal signal")}${hung}`;
  }

  get result(): Captured {
    const { tried, captures, ends } = this;
    return { tried, captures, ends, problems: [...this.problems] };
  }

  add(answer: GdbAnswer): void {
    this.tried += answer.runs;
    this.looks++;
    this.captures.push(...answer.captures);
    for (const problem of answer.problems) this.problems.add(printable(problem, 500));
    if (!answer.started) this.failures++;
    if (answer.status?.startsWith("SIG") === true && !answer.captures.some(({ fatal }) => fatal)) {
      this.unstopped++;
      this.problems.add(`the kernel ended it with ${answer.status} without a stop that gdb could see`);
    }
    const end = answer.timedOut ? "timeout" : (answer.status ?? "unknown");
    this.ends[end] = (this.ends[end] ?? 0) + 1;
  }

  fail(message: string): void {
    this.problems.add(printable(message, 500));
  }
}
