import { Hold, type ScheduleRequest, Switch } from "../../plan/schedule.js";

/** A thread that waits for others in a deadlock. */
export interface Waiter {
  readonly thread: number;
  /** The system call's number on x86-64; 202 is futex. */
  readonly call: number;
  /** The call's first argument: of a futex, its address. */
  readonly address: string;
  /** The thread that holds what it waits for, where that can be told. */
  readonly holder: number | null;
  readonly place: string;
  /** The thread or child process whose end it waits for. */
  readonly joins: number | null;
  /** The holder is of another process: it held the lock when this one was forked off, which has a copy of it. */
  readonly forked: boolean;
}

/** One thread stops running and another one goes on. */
export interface Handover extends Switch {
  /** It would have come so anyway, and so is no part of the schedule. */
  readonly usual: boolean;
}

/** The hold of an attempt, and what came of it. */
export interface HoldRecord {
  readonly hold: Hold;
  /** Times that a thread came there, up to the hold or the end of the attempt. */
  readonly passes: number;
  /** The thread that was held; null where none came there so often. */
  readonly thread: number | null;
}

/** A fault or an abort, as the scheduler met it. */
export interface ScheduledFault {
  readonly thread: number;
  readonly steps: number;
  readonly signal: number;
  readonly address: string;
  readonly place: string;
}

/** What the scheduler tells of an attempt (scheduler/record.h). */
export interface ScheduleRecord {
  readonly steps: number;
  /** Threads and processes that there were. */
  readonly tasks: number;
  /** The rule that it was made under: of a search, the one whose turn it was. Null for a list. */
  readonly rule: ScheduleRequest | null;
  /** Mean steps between switches, where the rule draws one; else 0. */
  readonly mean: number;
  /** Steps that the rule took a run to have. */
  readonly length: number;
  readonly deadlock: boolean;
  readonly waiters: readonly Waiter[];
  readonly fault: ScheduledFault | null;
  /** The number of the clock that it had for its own; null: the kernel's. */
  readonly clock: number | null;
  /** Where the rule was to hold a thread. */
  readonly hold: HoldRecord | null;
  /** In their order; all of them only where the attempt failed. */
  readonly switches: readonly Switch[];
  /** The same, and those between them that would have come anyway. */
  readonly handovers: readonly Handover[];
  /** Threads of processes that the program started, each with the first thread of its own process. */
  readonly processes: ReadonlyMap<number, number>;
  /** Switches that there was no room for: then the list cannot be played. */
  readonly dropped: number;
}

/** Reads the scheduler's record. Null where it is none: the runner's words are checked like all others. */
export function readScheduleRecord(text: string): ScheduleRecord | null {
  const lines = text.split("\n").filter((line) => line !== "");
  const counts = /^steps (\d+) switches (\d+) tasks (\d+) mean (\d+) length (\d+) dropped (\d+)$/.exec(
    lines[0] ?? "",
  );
  if (counts === null) return null;
  const [steps, , tasks, mean, length, dropped] = counts.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const handovers = lines.flatMap(readHandover);
  const joins = pairsOf(lines, /^joins (\d+) (\d+)$/);
  const forked = new Set(lines.flatMap((line) => /^forked (\d+)$/.exec(line)?.slice(1).map(Number) ?? []));
  return {
    steps,
    tasks,
    mean,
    length,
    dropped,
    rule: lines.map((line) => readRule(line, mean)).find((rule) => rule !== null) ?? null,
    deadlock: lines.includes("deadlock"),
    waiters: lines.flatMap(readWait).map((wait) => ({
      ...wait,
      joins: joins.get(wait.thread) ?? null,
      forked: forked.has(wait.thread),
    })),
    clock: lines.map(readClock).find((clock) => clock !== null) ?? null,
    hold: lines.map(readHold).find((hold) => hold !== null) ?? null,
    fault: lines.map(readFault).find((fault) => fault !== null) ?? null,
    switches: handovers.flatMap(({ usual, ...turn }) => (usual ? [] : [turn])),
    handovers,
    processes: pairsOf(lines, /^of (\d+) (\d+)$/),
  };
}

/** Threads and processes that an attempt had, by its record; 0 where it is none. */
export function tasksOf(text: string): number {
  return Number(/^steps \d+ switches \d+ tasks (\d+) /.exec(text)?.[1] ?? 0);
}

function readRule(line: string, mean: number): ScheduleRequest | null {
  const match = /^rule (random|pct|preempt|hold) depth (\d+) stops \d+$/.exec(line);
  if (match === null) return null;
  if (match[1] === "hold") return { rule: "hold" };
  if (match[1] === "random") return { rule: "random", ...(mean > 0 ? { mean } : {}) };
  return { rule: match[1] as "pct" | "preempt", depth: Number(match[2]) };
}

/** Lines that tell of one thread which other one it belongs to. */
function pairsOf(lines: readonly string[], form: RegExp): ReadonlyMap<number, number> {
  return new Map(
    lines.flatMap((line) => {
      const [thread, other] = form.exec(line)?.slice(1).map(Number) ?? [];
      return thread === undefined || other === undefined ? [] : [[thread, other] as const];
    }),
  );
}

function readHandover(line: string): Handover[] {
  const match = /^switch (\d+) (\d+) (\d+) (\d+) ([a-z]+)(\*?)(?:\+(sleep|limit))? (.+)$/.exec(line);
  if (match === null) return [];
  const [, from, steps, pass, to, why, star, wakes, place] = match;
  const turn = Switch.safeParse({
    from: Number(from),
    to: Number(to),
    steps: Number(steps),
    pass: Number(pass),
    why,
    place,
    ...(wakes === undefined ? {} : { wakes }),
  });
  return turn.success ? [{ ...turn.data, usual: star === "*" }] : [];
}

/** The wait that a line of the record tells of; none where the line tells of something else. */
export function readWait(line: string): Omit<Waiter, "joins" | "forked">[] {
  const match = /^waits (\d+) (\d+) (0x[0-9a-f]+) (-?\d+) (.+)$/.exec(line);
  if (match === null) return [];
  const [, thread, call, address, holder, place] = match as unknown as [string, ...string[]];
  return [
    {
      thread: Number(thread),
      call: Number(call),
      address: address as string,
      holder: Number(holder) < 0 ? null : Number(holder),
      place: place as string,
    },
  ];
}

function readClock(line: string): number | null {
  const number = Number(/^clock (\d{1,10})$/.exec(line)?.[1] ?? NaN);
  return Number.isInteger(number) ? number : null;
}

/** The clock of an attempt, for whoever plays its list. */
export function clockOfRecord({ clock }: ScheduleRecord): { readonly fixClock?: number } {
  return clock === null ? {} : { fixClock: clock };
}

function readHold(line: string): HoldRecord | null {
  const match = /^hold (\d+) (\d+) (\d+) (-?\d+) (.+)$/.exec(line);
  if (match === null) return null;
  const [, pass, ms, passes, thread, place] = match;
  const hold = Hold.safeParse({ pass: Number(pass), ms: Number(ms), place });
  if (!hold.success) return null;
  return { hold: hold.data, passes: Number(passes), thread: Number(thread) < 0 ? null : Number(thread) };
}

function readFault(line: string): ScheduledFault | null {
  const match = /^fault (\d+) (\d+) (\d+) (0x[0-9a-f]+) (.+)$/.exec(line);
  if (match === null) return null;
  const [, thread, steps, signal, address, place] = match as unknown as [string, ...string[]];
  return {
    thread: Number(thread),
    steps: Number(steps),
    signal: Number(signal),
    address: address as string,
    place: place as string,
  };
}
