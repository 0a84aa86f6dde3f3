import { assembleEvidence, type Known } from "../assemble-evidence.js";
import type { Evidence } from "../evidence.js";
import type { Outcome } from "../outcome.js";
import type { Log } from "./log-line.js";

/** What a reader found in a log: one crash, with what it rests on. */
export interface Finding {
  /** Its first line and the line after its last, from 0, in the stream that was read. */
  readonly from: number;
  readonly to: number;
  readonly outcome: Outcome;
  /** What goes into its evidence as it does for a crash of our own. */
  readonly known: Partial<Known>;
  /** Evidence in place of what would come of `known`, where a log tells less than gdb does. */
  readonly evidence?: Partial<Evidence>;
  /** It says of itself why the process aborted: what others say of it adds nothing. */
  readonly program?: string | null;
  /** The report does not tell its signal: the finding with one that somebody else tells, in place of what such programs end with. */
  readonly withSignal?: (signal: string) => Finding;
}

/**
 * How much a reader's word counts. `report`: who looked at the crash. `words`: what a library said before it aborted, which belongs to the
 * report of the same death where there is one. `status`: how the process ended, as the shell or tool that ran it says: of use where nothing else is.
 */
export type Rank = "report" | "words" | "status";

/** One kind of log. */
export interface Reader {
  /** `source` of its records. */
  readonly source: string;
  /** As a person calls it: `a sanitizer's report`. */
  readonly title: string;
  readonly rank: Rank;
  /** A log in which this matches nowhere has nothing for the reader. Linear. */
  readonly trigger: RegExp;
  /** Every crash of its kind in a log. Never throws, linear in the log, bounded in what it keeps. */
  readonly read: (log: Log) => readonly Finding[];
}

/** A finding with its reader. */
export interface Found {
  readonly source: string;
  readonly rank: Rank;
  readonly finding: Finding;
}

/** A finding, who made it, and its lines in the log as it was given (from 0, both included). */
export interface Placed extends Found {
  readonly first: number;
  readonly last: number;
  /** Who wrote the lines; empty where nothing names it. */
  readonly service: string;
}

/** A process that a signal ended; null where the log does not tell which. */
export function crashed(signal: string | null): Outcome {
  return { kind: "crash", signal, exitCode: null };
}

/** The evidence of a finding: as of a crash of our own that nobody looked at with gdb, and what the log tells. */
export function evidenceOf({ outcome, known, evidence }: Finding): Evidence {
  const nothing = { output: null, captures: { tried: 0, met: 0 }, goTrace: null, capture: null, notes: [] };
  return { ...assembleEvidence({ ...nothing, outcome, ...known }), ...evidence };
}
