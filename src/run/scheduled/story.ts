import type { Switch } from "../../plan/schedule.js";
import type { ScheduleRecord } from "./schedule-record.js";
import type { Stop, StoryFrame } from "./stops.js";

/** What one thread did while it ran: a row of the table of threads over time. */
export interface Span {
  /** From 1, in the order of birth; 1 is the program's first. */
  readonly thread: number;
  readonly what: string;
}

/** A thread of a deadlock. */
export interface StuckThread {
  /** The program's own function that it is in; null where that is not known. */
  readonly where: string | null;
  /** What it waits for, in words without a thread's number or an address. */
  readonly waitsFor: string;
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
  const teller = new Teller(stops);
  const between = teller.lastRun(switches, record);
  const sentences = [
    ...switches.map((turn, index) => teller.switched(turn, index)),
    ...(between === null ? [] : [`Thread ${between.thread} ${between.what}.`]),
    ...ending(record, teller, signal),
  ];
  const rows = [
    ...switches.map(({ from, why }, index) => ({
      thread: from + 1,
      what: `${VERBS[why]} ${teller.whereAt(index, from)}`.trim(),
    })),
    ...(between === null ? [] : [between]),
    ...ends(record, teller, signal),
  ];
  const spans = rows.map((row, index) => afterWaking(row, switches[index - 1]));
  return { sentences, spans, stuck: record.deadlock ? stuckThreads(record, teller) : [] };
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

/** A row of the table behind a switch, which may have woken the row's thread. */
function afterWaking(row: Span, before: Switch | undefined): Span {
  if (before?.wakes === undefined || before.to + 1 !== row.thread) return row;
  return { ...row, what: `goes on, since ${OVER[before.wakes]}; ${row.what}` };
}

/** What a thread waits for, by the function of libc that it is in. */
const WAITS: readonly (readonly [RegExp, string])[] = [
  [/^_*(pthread_cond|cnd)_(\w*)wait/, "condition"],
  [/^_*(new_)?sem_(\w*)wait/, "semaphore"],
  [/^_*pthread_barrier_wait/, "barrier"],
  [/^_*pthread_rwlock_/, "read-write lock"],
];

class Teller {
  constructor(private readonly stops: readonly Stop[]) {}

  switched({ from, to, why, place, wakes }: Switch, index: number): string {
    const where = this.whereAt(index, from);
    const next = this.whereAt(index, to);
    const instruction = this.thread(index, from)?.instruction;
    const before = why === "chosen" && instruction ? `, before \`${instruction}\`` : "";
    const unnamed = place === "-" ? "" : ` at ${place}`;
    const at = where === "" ? unnamed : ` ${where}`;
    const stopped = `Thread ${from + 1} ${VERBS[why]}${at}${before}.`;
    const since = wakes === undefined ? "" : `, since ${OVER[wakes]}`;
    if (to === from) return `${stopped} It goes on before any other thread does${since}.`;
    return `${stopped} Thread ${to + 1} goes on${next === "" ? "" : ` ${next}`}${since}.`;
  }

  /** What the thread that the last switch went to did, where another one met the end: it went on until it could not. */
  lastRun(switches: readonly Switch[], { fault, deadlock }: ScheduleRecord): Span | null {
    const last = switches.at(-1)?.to;
    if (last === undefined || deadlock || fault === null || fault.thread === last) return null;
    const where = this.whereAt(-1, last);
    return { thread: last + 1, what: where === "" ? "runs to its end" : `runs until it waits ${where}` };
  }

  /** Where a thread stands at a stop, in words; empty where that is not known. */
  whereAt(at: number, thread: number): string {
    return describePlace(this.thread(at, thread)?.frames ?? []);
  }

  /** Whether it waits for the end of another thread. */
  joins(thread: number): boolean {
    const frames = this.thread(-1, thread)?.frames ?? [];
    return frames.some(({ function: name }) => /^_*pthread_(\w*)join/.test(name ?? ""));
  }

  /** What a thread waits for in a deadlock, by its name where it has one. */
  awaited(thread: number, address: string): string {
    return this.namedWait(thread) ?? `the ${this.kindOf(thread)} at ${address}`;
  }

  /** The same without what differs from run to run, and the program's function that waits. */
  stuck(thread: number): StuckThread {
    const frames = this.thread(-1, thread)?.frames ?? [];
    return {
      where: ownFrame(frames)?.function ?? null,
      waitsFor: this.namedWait(thread) ?? `a ${this.kindOf(thread)}`,
    };
  }

  /** Whether it has ended by then. */
  isGone(thread: number): boolean {
    const stop = this.stops.find(({ at }) => at === -1);
    return stop !== undefined && stop.threads.every(({ number }) => number !== thread);
  }

  /** What a thread waits for, by its name; null where it has none. */
  private namedWait(thread: number): string | null {
    const kind = this.kindOf(thread);
    const name = this.nameOf(thread);
    return name === null || kind === "lock" ? name : `the ${kind} ${name}`;
  }

  private kindOf(thread: number): string {
    const names = (this.thread(-1, thread)?.frames ?? []).map(({ function: name }) => name ?? "");
    const found = WAITS.find(([pattern]) => names.some((name) => pattern.test(name)));
    return found?.[1] ?? "lock";
  }

  /** A lock of a list is told by its distance; in a condition the distance says nothing, and in musl a lock's word is its second. */
  private nameOf(thread: number): string | null {
    const name = this.thread(-1, thread)?.waitsFor ?? null;
    if (name === null) return null;
    const [, variable, distance] = /^(.*) \+ (\d+)$/.exec(name) ?? [];
    if (variable === undefined) return name;
    return this.kindOf(thread) !== "lock" || Number(distance) < 8 ? variable : name;
  }

  private thread(at: number, number: number) {
    return this.stops.find((stop) => stop.at === at)?.threads.find((thread) => thread.number === number);
  }
}

/** The innermost frame that is the program's own. */
function ownFrame(frames: readonly StoryFrame[]): StoryFrame | undefined {
  return frames.find(({ file, line, object }) => file !== null && line !== null && object === null);
}

/** `in strlen, called from reader at race.c:9`. */
export function describePlace(frames: readonly StoryFrame[]): string {
  const [inner] = frames;
  if (inner === undefined) return "";
  const own = ownFrame(frames);
  const name = inner.function ?? (inner.object === null ? "code without a name" : inner.object);
  if (own === undefined) return `in ${name}`;
  const place = `${own.function ?? "code"} at ${own.file}:${own.line}`;
  return own === inner ? `in ${place}` : `in ${name}, called from ${place}`;
}

function ending(
  { fault, deadlock, waiters }: ScheduleRecord,
  teller: Teller,
  signal: (number: number) => string,
): string[] {
  if (deadlock) {
    return [
      "No thread can ever go on:",
      ...waiters.map(({ thread, address, holder }) => {
        if (holder !== null && teller.joins(thread))
          return `Thread ${thread + 1} waits for the end of thread ${holder + 1}.`;
        const held = holder === null ? "" : `, which ${holds(thread, holder, teller)}`;
        const where = teller.whereAt(-1, thread);
        return `Thread ${thread + 1} waits${where === "" ? "" : ` ${where}`} for ${teller.awaited(thread, address)}${held}.`;
      }),
    ];
  }
  if (fault === null) return [];
  const where = teller.whereAt(-1, fault.thread);
  const address = fault.address === "0x0" && fault.signal === 6 ? "" : ` at address ${fault.address}`;
  return [
    `Thread ${fault.thread + 1} gets ${signal(fault.signal)}${address} ${where || `at ${fault.place}`}.`,
  ];
}

function holds(thread: number, holder: number, teller: Teller): string {
  if (holder === thread) return "it holds itself";
  return teller.isGone(holder) ? `thread ${holder + 1} held when it ended` : `thread ${holder + 1} holds`;
}

/** Who waits for more than the end of another that waits; all, where nobody does. */
function stuckThreads({ waiters }: ScheduleRecord, teller: Teller): StuckThread[] {
  const own = waiters.filter(({ thread }) => !teller.joins(thread));
  return (own.length > 0 ? own : waiters).map(({ thread }) => teller.stuck(thread));
}

function ends(record: ScheduleRecord, teller: Teller, signal: (number: number) => string): Span[] {
  const { fault, deadlock, waiters } = record;
  if (deadlock) {
    return waiters.map(({ thread, address, holder }) => {
      const held = holder === null ? "" : `, held by thread ${holder + 1}`;
      const what =
        holder !== null && teller.joins(thread)
          ? `waits for the end of thread ${holder + 1}`
          : `waits for ${teller.awaited(thread, address)}${held}`;
      return { thread: thread + 1, what };
    });
  }
  if (fault === null) return [];
  return [
    { thread: fault.thread + 1, what: `${signal(fault.signal)} ${teller.whereAt(-1, fault.thread)}`.trim() },
  ];
}
