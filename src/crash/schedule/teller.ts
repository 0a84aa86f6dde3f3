import type { ScheduledFault, ScheduleRecord, Waiter } from "../../run/scheduled/schedule-record.js";
import type { Stop, StoryFrame } from "../../run/scheduled/stops.js";
import { describeCall, describeNowhere, describePlace, ownCode } from "./place.js";

/** A thread of a deadlock. */
export interface StuckThread {
  /** The program's own function that it is in; null where that is not known. */
  readonly where: string | null;
  /** What it waits for, in words without a thread's number or an address. */
  readonly waitsFor: string;
  /** Whether that has a name in the program. */
  readonly named: boolean;
}

/** What a thread waits for, by the function of libc that it is in. */
const WAITS: readonly (readonly [RegExp, string])[] = [
  [/^_*(pthread_cond|cnd)_(\w*)wait/, "condition"],
  [/^_*(new_)?sem_(\w*)wait/, "semaphore"],
  [/^_*pthread_barrier_wait/, "barrier"],
  [/^_*pthread_rwlock_/, "read-write lock"],
];
const JOINS = /^_*pthread_(\w*)join/;
/** System calls that wait for a child, and for a signal, on x86-64. */
const WAITS_FOR_CHILD = [61, 247];
const WAITS_FOR_SIGNAL = [34, 130];
const SIGABRT = 6;

/** Names threads and places of a schedule, by what the scheduler recorded and what gdb saw. */
export class Teller {
  constructor(
    private readonly record: ScheduleRecord,
    private readonly stops: readonly Stop[],
  ) {}

  /** `thread 3`; `process 3`, where it is the first thread of one that the program started. */
  name(thread: number): string {
    return `${this.isProcess(thread) ? "process" : "thread"} ${thread + 1}`;
  }

  /** The same at the beginning of a sentence. */
  subject(thread: number): string {
    const name = this.name(thread);
    return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  }

  isProcess(thread: number): boolean {
    return this.record.processes.get(thread) === thread;
  }

  /** Where a thread stands at a stop, in words; empty where that is not known. */
  whereAt(at: number, thread: number): string {
    return describePlace(this.framesAt(at, thread));
  }

  instructionAt(at: number, thread: number): string | null {
    return this.thread(at, thread)?.instruction ?? null;
  }

  /** Where a thread waits at a stop, in the end where none is given, in words. */
  waitsWhere(thread: number, at = -1): string {
    return describeCall(this.framesAt(at, thread));
  }

  /** Where the thread that crashed was; of one that ended the program itself, what it called for that. */
  faultPlace({ thread, place, signal }: ScheduledFault): string {
    const frames = this.framesAt(-1, thread);
    if (place === "-") return describeNowhere(frames);
    return (signal === SIGABRT ? describeCall(frames) : describePlace(frames)) || `at ${place}`;
  }

  /** What a thread of a deadlock waits for, and who holds it: `for right, which thread 3 holds`. */
  waiting(waiter: Waiter): string {
    const { thread, address } = waiter;
    const end = this.awaitedEnd(waiter);
    if (end !== null) return `for ${end}`;
    if (WAITS_FOR_SIGNAL.includes(waiter.call)) return "for a signal";
    const name = this.namedWait(thread) ?? `the ${this.kindOf(thread)} at ${address}`;
    return `for ${name}${this.held(waiter)}`;
  }

  /** Whether it waits for others to end, and so for what they wait for. */
  waitsForEnd(waiter: Waiter): boolean {
    return this.awaitedEnd(waiter) !== null;
  }

  /** What differs from no run to the next, and the program's function that waits. */
  stuck({ thread, call }: Waiter): StuckThread {
    const where = ownCode(this.framesAt(-1, thread))?.function ?? null;
    if (WAITS_FOR_SIGNAL.includes(call)) return { where, waitsFor: "a signal", named: false };
    const name = this.namedWait(thread);
    return { where, waitsFor: name ?? `a ${this.kindOf(thread)}`, named: name !== null };
  }

  private awaitedEnd({ thread, call, joins }: Waiter): string | null {
    if (joins !== null) return `the end of ${this.name(joins)}`;
    if (WAITS_FOR_CHILD.includes(call)) return "the end of a child process";
    const names = this.framesAt(-1, thread).map(({ function: name }) => name ?? "");
    return names.some((name) => JOINS.test(name)) ? "the end of another thread" : null;
  }

  private held({ thread, holder, forked }: Waiter): string {
    if (holder === null) return "";
    if (holder === thread) return ", which it holds itself";
    if (forked) return `, which ${this.name(holder)} held when this process was forked off`;
    return `, which ${this.name(holder)} ${this.isGone(holder) ? "held when it ended" : "holds"}`;
  }

  /** Whether it has ended by then. */
  private isGone(thread: number): boolean {
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
    const names = this.framesAt(-1, thread).map(({ function: name }) => name ?? "");
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

  private framesAt(at: number, thread: number): readonly StoryFrame[] {
    return this.thread(at, thread)?.frames ?? [];
  }

  private thread(at: number, number: number) {
    return this.stops.find((stop) => stop.at === at)?.threads.find((thread) => thread.number === number);
  }
}
