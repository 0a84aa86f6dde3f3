import type { Binary } from "../../images/binary.js";
import type { Plan } from "../../plan/plan.js";
import type { FailedService } from "../failed-service.js";
import type { HangLook } from "../hang-look.js";
import type { MappedFiles } from "../mapped-files.js";
import type { AttemptRow } from "./attempt-row.js";
import type { SumRow } from "./sum-row.js";

export const JOURNAL_SCHEMA = "vivarium/journal/1";

/** The first line of a journal: what the campaign is. */
export interface HeaderEntry {
  readonly t: "header";
  readonly schema: typeof JOURNAL_SCHEMA;
  readonly id: string;
  /** ISO 8601, as all times of day here. */
  readonly startedAt: string;
  readonly plan: Plan;
  /** By cell id. */
  readonly binaries: Readonly<Record<string, Binary>>;
}

/** Gives a key its number in this journal: the next one, from 0. */
export interface KeyEntry {
  readonly t: "key";
  readonly name: string;
}

/** Attempts of one cell (its index in the plan). */
export interface BatchEntry {
  readonly t: "batch";
  readonly cell: number;
  /** Milliseconds since the campaign began, times between its sessions left out. */
  readonly atMs: number;
  /** Milliseconds that workers spent on them. */
  readonly workMs: number;
  /** The machine that made them; absent where there is one engine. */
  readonly node?: string;
  readonly rows: readonly AttemptRow[];
  /** Those of which sums are enough. */
  readonly sums?: readonly SumRow[];
}

/** One stream of a kept output: head and tail in base64, bytes in all. */
export type StreamEntry = readonly [head: string, tail: string, total: number];

/** An attempt whose output is kept. Its row stands in a batch above, too. */
export interface OutputEntry {
  readonly t: "output";
  readonly cell: number;
  readonly row: AttemptRow;
  readonly stdout: StreamEntry;
  readonly stderr: StreamEntry;
  /** What the scheduler told of it, where there was one. */
  readonly schedule?: string;
  /** What gdb saw of it at its time limit, where it looked. */
  readonly hang?: HangLook;
  /** Services that failed beside it. */
  readonly services?: readonly FailedService[];
}

/** A slot was lost or could not be opened; `number` is the attempt that it was making. */
export interface InfraEntry {
  readonly t: "infra";
  readonly cell: number;
  readonly number: number | null;
  readonly message: string;
}

/** A cell was decided (`--until-decided`) by the attempts that stand above. */
export interface DecidedEntry {
  readonly t: "decided";
  readonly cell: number;
}

/** Whether any attempt of a cell under the scheduler had more than one thread or process: said before its first attempt, and where that changes. */
export interface ThreadsEntry {
  readonly t: "threads";
  readonly cell: number;
  readonly several: boolean;
}

/** What the program of a cell had mapped. */
export interface MappedEntry {
  readonly t: "mapped";
  readonly cell: number;
  readonly mapped: MappedFiles;
}

/** The campaign went on after an interruption. */
export interface SessionEntry {
  readonly t: "session";
  readonly at: string;
}

/** A session ended in order. */
export interface EndEntry {
  readonly t: "end";
  readonly at: string;
  readonly atMs: number;
  readonly complete: boolean;
}

export type JournalEntry =
  | HeaderEntry
  | KeyEntry
  | BatchEntry
  | OutputEntry
  | InfraEntry
  | DecidedEntry
  | ThreadsEntry
  | MappedEntry
  | SessionEntry
  | EndEntry;
