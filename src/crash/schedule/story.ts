import type { Switch } from "../../plan/schedule.js";
import type { ScheduleRecord } from "../../run/scheduled/schedule-record.js";
import type { Stop } from "../../run/scheduled/stops.js";
import { Teller, type StuckThread } from "./teller.js";
import { timeline, type Turn } from "./timeline.js";

/** What one thread did while it ran: a row of the table of threads over time. */
export interface Span {
  /** From 1, in the order of birth; 1 is the program's first. */
  readonly thread: number;
  /** It is the first thread of a process that the program started. */
  readonly process?: true;
  readonly what: string;
}

export interface Story {
  readonly sentences: readonly string[];
  readonly spans: readonly Span[];
  /** Of a deadlock: its threads. */
  readonly stuck: readonly StuckThread[];
}

/** A schedule and its end in words. `signal` names a signal by its number. Pure. */
export function tellStory(
  switches: readonly Switch[],
  record: ScheduleRecord,
  stops: readonly Stop[],
  signal: (number: number) => string,
): Story {
  const story = new StoryTeller(new Teller(record, stops), record);
  const turns = timeline(switches, record);
  turns.forEach((_turn, at) => story.turn(turns, at));
  story.lastRun(turns);
  if (record.deadlock) story.deadlock();
  else story.fault(signal);
  return story.told();
}

const VERBS = {
  chosen: "is stopped",
  fair: "is stopped, since it only waits by spinning,",
  calling: "is stopped before a system call",
  called: "is stopped after a system call",
  waits: "waits",
  ends: "ends",
};

/** Why a thread goes on that nobody woke. */
const OVER = { sleep: "its sleep is over", limit: "the time limit of its wait is over" };

class StoryTeller {
  private readonly sentences: string[] = [];
  private readonly spans: Span[] = [];
  private readonly stuck: StuckThread[] = [];
  /** Where threads were stopped that have not run since. */
  private readonly left = new Map<number, string>();
  /** The thread that was woken by the end of its time, by the turn before. */
  private woken: { readonly thread: number; readonly since: string } | null = null;

  constructor(
    private readonly teller: Teller,
    private readonly record: ScheduleRecord,
  ) {}

  told(): Story {
    return { sentences: this.sentences, spans: this.spans, stuck: this.stuck };
  }

  turn(turns: readonly Turn[], at: number): void {
    const { turn, index } = turns[at] as Turn;
    const { from, to, wakes } = turn;
    if (index === null) this.usual(turns, at);
    else this.chosen(turn, index);
    this.left.delete(to);
    this.woken = wakes === undefined ? null : { thread: to, since: OVER[wakes] };
    if (from !== to && index !== null && turn.why !== "waits") {
      const where = this.teller.whereAt(index, from);
      if (where !== "") this.left.set(from, where);
    }
  }

  /** What the thread that the last turn went to did, where another one met the end: it went on until it could not. */
  lastRun(turns: readonly Turn[]): void {
    const last = turns.at(-1)?.turn.to;
    const { fault, deadlock } = this.record;
    if (last === undefined || deadlock || fault === null || fault.thread === last) return;
    const where = this.teller.waitsWhere(last);
    const what = where === "" ? "runs to its end" : `runs until it waits ${where}`;
    this.sentences.push(`${this.teller.subject(last)} ${what}.`);
    this.span(last, what);
  }

  fault(signal: (number: number) => string): void {
    const { fault } = this.record;
    if (fault === null) return;
    const { thread } = fault;
    const name = signal(fault.signal);
    const address = fault.address === "0x0" && fault.signal === 6 ? "" : ` at address ${fault.address}`;
    const where = this.teller.faultPlace(fault);
    this.sentences.push(`${this.teller.subject(thread)} gets ${name}${address} ${where}.`);
    this.span(thread, where.startsWith("at ") ? name : `${name} ${where}`);
  }

  deadlock(): void {
    const { waiters } = this.record;
    this.sentences.push("No thread can ever go on:");
    for (const waiter of waiters) {
      const { thread } = waiter;
      const waits = this.teller.waiting(waiter);
      const where = this.teller.waitsForEnd(waiter) ? "" : this.teller.waitsWhere(thread);
      this.sentences.push(`${this.teller.subject(thread)} waits${where === "" ? "" : ` ${where}`} ${waits}.`);
      this.span(thread, `waits ${waits}`);
    }
    // Who waits for more than the end of another that waits; all, where nobody does.
    const own = waiters.filter((waiter) => !this.teller.waitsForEnd(waiter));
    this.stuck.push(...(own.length > 0 ? own : waiters).map((waiter) => this.teller.stuck(waiter)));
  }

  /** A switch of the schedule. */
  private chosen({ from, to, why, place, wakes }: Switch, index: number): void {
    const { teller } = this;
    const where = why === "waits" ? teller.waitsWhere(from, index) : teller.whereAt(index, from);
    const instruction = teller.instructionAt(index, from);
    const before = why === "chosen" && instruction !== null ? `, before \`${instruction}\`` : "";
    const unnamed = place === "-" ? "" : ` at ${place}`;
    const stopped = `${teller.subject(from)} ${VERBS[why]}${where === "" ? unnamed : ` ${where}`}${before}.`;
    this.span(from, `${VERBS[why]} ${where}`.trim());
    this.sentences.push(`${stopped} ${this.goesOn(from, to, teller.whereAt(index, to), wakes)}.`);
  }

  /** A turn that comes by itself, since a thread waits or ends. */
  private usual(turns: readonly Turn[], at: number): void {
    const { from, to, wakes } = (turns[at] as Turn).turn;
    const what = this.untilThen(turns, at);
    this.sentences.push(
      `${this.teller.subject(from)} ${what}. ${this.goesOn(from, to, this.left.get(to) ?? "", wakes)}.`,
    );
    this.span(from, what);
  }

  private untilThen(turns: readonly Turn[], at: number): string {
    const { from, why } = (turns[at] as Turn).turn;
    if (why === "ends") return "runs to its end";
    if (why === "fair") return "is stopped, since it only waits by spinning";
    const stop = this.nextStop(turns, at);
    const where = stop === null ? "" : this.teller.waitsWhere(from, stop);
    return where === "" ? "runs until it waits" : `runs until it waits ${where}`;
  }

  /** The next stop that gdb looked at, where the thread of a turn still stands as the turn left it; null where it runs before. */
  private nextStop(turns: readonly Turn[], at: number): number | null {
    const { from } = (turns[at] as Turn).turn;
    for (const { turn, index } of turns.slice(at + 1)) {
      if (index !== null) return index;
      if (turn.to === from) return null;
    }
    return this.record.fault?.thread === from ? null : -1;
  }

  private goesOn(from: number, to: number, where: string, wakes: Switch["wakes"]): string {
    const since = wakes === undefined ? "" : `, since ${OVER[wakes]}`;
    if (to === from) return `It goes on before any other thread does${since}`;
    return `${this.teller.subject(to)} goes on${where === "" ? "" : ` ${where}`}${since}`;
  }

  private span(thread: number, did: string): void {
    const { woken } = this;
    this.woken = null;
    const what = woken?.thread === thread ? `goes on, since ${woken.since}; ${did}` : did;
    const process = this.teller.isProcess(thread) ? ({ process: true } as const) : {};
    this.spans.push({ thread: thread + 1, ...process, what });
  }
}
