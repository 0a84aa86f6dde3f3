import type { FailedService } from "./failed-service.js";
import type { HangLook } from "./hang-look.js";

/** The bounded output of one stream: its first and last bytes; what lay between was drained and counted. */
export interface Stream {
  readonly head: Buffer;
  readonly tail: Buffer;
  /** Bytes that the program wrote in all; `total - head.length - tail.length` of them were dropped. */
  readonly total: number;
}

/** One fresh process of the repro, as the runner saw it. It says nothing about what the attempt means. */
export interface Attempt {
  /** From 1, unique in its cell. */
  readonly number: number;
  /** When it started, milliseconds since the campaign began (monotonic). */
  readonly startMs: number;
  readonly durationMs: number;
  readonly userMs: number;
  readonly systemMs: number;
  /** Peak resident memory, KiB. */
  readonly maxRssKiB: number;
  /** Raw wait status, as wait4(2) gave it. */
  readonly status: number;
  /** The runner ended it because its time was over. */
  readonly timedOut: boolean;
  /** Processes that it left behind and that were killed. */
  readonly leftovers: number;
  /** The machine that made it, by its name in the swarm; absent where there is one engine. */
  readonly node?: string;
  /** Whether the kernel's out-of-memory killer took a process of it; absent where that cannot be known. */
  readonly oom?: boolean;
  readonly bytesOut: number;
  readonly bytesErr: number;
  /** What the scheduler tells of it, where there is one (scheduled/schedule-record.ts). */
  readonly schedule?: string;
  /** What gdb saw of it at its time limit, where it looked. */
  readonly hang?: HangLook;
  /** Services that failed beside it, in the order in which they were started; absent where none did. */
  readonly services?: readonly FailedService[];
  /** How many signals were sent to it, of those that the plan has; absent: none. */
  readonly signalsSent?: number;
  /** Null where the plan's rule drops it. */
  readonly output: { readonly stdout: Stream; readonly stderr: Stream } | null;
}

/** WIFSIGNALED / WTERMSIG of a raw wait status: the number of the signal that ended the process, or null. */
export function termSignal(status: number): number | null {
  const signal = status & 0x7f;
  return signal === 0 || signal === 0x7f ? null : signal;
}

/** WIFEXITED / WEXITSTATUS of a raw wait status: the exit code, or null. */
export function exitCode(status: number): number | null {
  return (status & 0x7f) === 0 ? (status >> 8) & 0xff : null;
}

/** Whole microseconds of a time in milliseconds: what a journal writes. */
export function microseconds(ms: number): number {
  return Math.round(ms * 1000);
}

/** Milliseconds to the microsecond: what a journal gives back. */
export function toMicrosecond(ms: number): number {
  return microseconds(ms) / 1000;
}
