import { microseconds, toMicrosecond, type Attempt } from "../attempt.js";
import { OUTCOMES, type Verdict } from "../verdict.js";

/**
 * An attempt in a journal, some 50 bytes: whole numbers, the first two as differences from the row before. Times in
 * microseconds. `flags`: bits 0 and 1 the outcome (clean, exit, crash, timeout), bit 2 counted, bit 3 timed out, bit 4 whether
 * bit 5 is known, bit 5 the out-of-memory killer took a process of it, from bit 6 on how many signals were sent to it.
 */
export type AttemptRow = readonly [
  number: number,
  start: number,
  duration: number,
  user: number,
  system: number,
  maxRssKiB: number,
  status: number,
  flags: number,
  key: number,
  leftovers: number,
  bytesOut: number,
  bytesErr: number,
];

const COUNTED = 4;
const TIMED_OUT = 8;
const OOM_KNOWN = 16;
const OOM = 32;
const SIGNALS_SHIFT = 6;
const FIELDS = 12;

/** What a row says of an attempt, its key by number. */
export interface RowContent {
  /** Without its output. */
  readonly attempt: Attempt;
  readonly outcome: Verdict["outcome"];
  readonly counted: boolean;
  readonly key: number;
}

/** Writes rows one after the other; a new writer for each batch. */
export class RowWriter {
  private number = 0;
  private start = 0;

  row(attempt: Attempt, verdict: Verdict, key: number): AttemptRow {
    const start = microseconds(attempt.startMs);
    const row: AttemptRow = [
      attempt.number - this.number,
      start - this.start,
      microseconds(attempt.durationMs),
      microseconds(attempt.userMs),
      microseconds(attempt.systemMs),
      attempt.maxRssKiB,
      attempt.status,
      OUTCOMES.indexOf(verdict.outcome) |
        (verdict.counted ? COUNTED : 0) |
        (attempt.timedOut ? TIMED_OUT : 0) |
        (attempt.oom === undefined ? 0 : OOM_KNOWN) |
        (attempt.oom === true ? OOM : 0) |
        ((attempt.signalsSent ?? 0) << SIGNALS_SHIFT),
      key,
      attempt.leftovers,
      attempt.bytesOut,
      attempt.bytesErr,
    ];
    // Found out now, not when someone wants to read it.
    if (!isRow(row))
      throw new RangeError(`attempt ${attempt.number} cannot be written down: [${String(row)}]`);
    this.number = attempt.number;
    this.start = start;
    return row;
  }
}

/** The attempts of a batch's rows. Throws a RangeError where they are no rows. */
export function* readRows(rows: unknown): Generator<RowContent> {
  if (!Array.isArray(rows)) throw new RangeError("no rows");
  let number = 0;
  let start = 0;
  for (const row of rows as unknown[]) {
    if (!isRow(row)) throw new RangeError("a row is not twelve whole numbers");
    number += row[0];
    start += row[1];
    if (number < 1) throw new RangeError(`attempt number ${number}`);
    yield {
      attempt: {
        number,
        startMs: start / 1000,
        durationMs: row[2] / 1000,
        userMs: row[3] / 1000,
        systemMs: row[4] / 1000,
        maxRssKiB: row[5],
        status: row[6],
        timedOut: (row[7] & TIMED_OUT) !== 0,
        leftovers: row[9],
        bytesOut: row[10],
        bytesErr: row[11],
        output: null,
        ...((row[7] & OOM_KNOWN) === 0 ? {} : { oom: (row[7] & OOM) !== 0 }),
        ...(row[7] >> SIGNALS_SHIFT === 0 ? {} : { signalsSent: row[7] >> SIGNALS_SHIFT }),
      },
      outcome: OUTCOMES[(row[7] & 3) as 0 | 1 | 2 | 3],
      counted: (row[7] & COUNTED) !== 0,
      key: row[8],
    };
  }
}

/** An attempt as its row gives it back: a resumed campaign sees just what the first one saw. */
export function asJournaled({ schedule: _, hang: _hang, services: _services, ...attempt }: Attempt): Attempt {
  return { ...withJournalTimes(attempt), output: null };
}

/** Its times to the microsecond, and all else as it is. */
export function withJournalTimes(attempt: Attempt): Attempt {
  return {
    ...attempt,
    startMs: toMicrosecond(attempt.startMs),
    durationMs: toMicrosecond(attempt.durationMs),
    userMs: toMicrosecond(attempt.userMs),
    systemMs: toMicrosecond(attempt.systemMs),
  };
}

function isRow(row: unknown): row is AttemptRow {
  return Array.isArray(row) && row.length === FIELDS && row.every((field) => Number.isSafeInteger(field));
}
