import type { Switch } from "../../plan/schedule.js";
import type { ScheduleRecord } from "./schedule-record.js";
import type { Stop, StoryFrame } from "./stops.js";

/** What one thread did while it ran: a row of the table of threads over time. */
export interface Span {
  /** From 1, in the order of birth; 1 is the program's first. */
  readonly thread: number;
  readonly what: string;
}

export interface Story {
  readonly sentences: readonly string[];
  readonly spans: readonly Span[];
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
  const spans = [
    ...switches.map(({ from, why }, index) => ({
      thread: from + 1,
      what: `${VERBS[why]} ${teller.whereAt(index, from)}`,
    })),
    ...(between === null ? [] : [between]),
    ...ends(record, teller, signal),
  ];
  return { sentences, spans };
}

const VERBS = {
  chosen: "is stopped",
  fair: "is stopped, since it only waits by spinning,",
  calling: "is stopped before a system call",
  called: "is stopped after a system call",
  waits: "waits",
  ends: "ends",
};

class Teller {
  constructor(private readonly stops: readonly Stop[]) {}

  switched({ from, to, why, place }: Switch, index: number): string {
    const where = this.whereAt(index, from);
    const next = this.whereAt(index, to);
    const instruction = this.thread(index, from)?.instruction;
    const before = why === "chosen" && instruction ? `, before \`${instruction}\`` : "";
    const at = where === "" ? ` at ${place}` : ` ${where}`;
    return `Thread ${from + 1} ${VERBS[why]}${at}${before}. Thread ${to + 1} goes on${next === "" ? "" : ` ${next}`}.`;
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
    return frames.some(({ function: name }) => /^(__)?pthread_(\w*)join/.test(name ?? ""));
  }

  /** The lock that a thread waits for in a deadlock, by its name where it has one. */
  lockOf(thread: number, address: string): string {
    return this.thread(-1, thread)?.waitsFor ?? `the lock at ${address}`;
  }

  private thread(at: number, number: number) {
    return this.stops.find((stop) => stop.at === at)?.threads.find((thread) => thread.number === number);
  }
}

/** `in strlen, called from reader at race.c:9`. */
export function describePlace(frames: readonly StoryFrame[]): string {
  const [inner] = frames;
  if (inner === undefined) return "";
  const own = frames.find(({ file, line, object }) => file !== null && line !== null && object === null);
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
        const held =
          holder === null ? "" : `, which ${holder === thread ? "it" : `thread ${holder + 1}`} holds`;
        const where = teller.whereAt(-1, thread);
        return `Thread ${thread + 1} waits${where === "" ? "" : ` ${where}`} for ${teller.lockOf(thread, address)}${held}.`;
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

function ends(record: ScheduleRecord, teller: Teller, signal: (number: number) => string): Span[] {
  const { fault, deadlock, waiters } = record;
  if (deadlock) {
    return waiters.map(({ thread, address, holder }) => {
      const held = holder === null ? "" : `, held by thread ${holder + 1}`;
      const what =
        holder !== null && teller.joins(thread)
          ? `waits for the end of thread ${holder + 1}`
          : `waits for ${teller.lockOf(thread, address)}${held}`;
      return { thread: thread + 1, what };
    });
  }
  if (fault === null) return [];
  return [
    { thread: fault.thread + 1, what: `${signal(fault.signal)} ${teller.whereAt(-1, fault.thread)}`.trim() },
  ];
}
