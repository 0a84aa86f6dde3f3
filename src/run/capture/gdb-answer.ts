import type { Stream } from "../attempt.js";

/** A stop at a signal or at the time limit, as `evidence.py` described it: crash/native.ts reads the JSON. */
export interface RawCapture {
  /** A NativeCapture as JSON. */
  readonly json: string;
  /** The process died of it; false where it survived. */
  readonly fatal: boolean;
  /** The program did not end in its time, and this is where it was. */
  readonly hang: boolean;
  /** It was in the program's first process. */
  readonly main: boolean;
  /** The run under gdb that saw it, from 1. */
  readonly run: number;
}

/** What one run under gdb came to. */
export interface GdbAnswer {
  readonly captures: readonly RawCapture[];
  /** What went wrong with gdb, in its words; never that the program did not crash. */
  readonly problems: readonly string[];
  /** False where gdb could not even start the program: another run would fare no better. */
  readonly started: boolean;
  /** How the program ended under gdb: `exit 2`, `SIGSEGV`; null where it was stopped or nobody knows. */
  readonly status: string | null;
  /** Its time was over. */
  readonly timedOut: boolean;
  /** Runs of the program that it took: more than one where it was watched for. */
  readonly runs: number;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads what `evidence.py` wrote: lines of `MARK JSON`. `mark` is a secret of this run, so that no line of the program's
 * own can pass for one of ours; lines without it are ignored. An answer that breaks off keeps what came before.
 */
export function readGdbAnswer(stdout: Stream, mark: string, run: number): GdbAnswer {
  const problems: string[] = [];
  const captures = new Map<number, Fields>();
  const fates = new Map<number, boolean>();
  let started = true;
  let end: Fields | null = null;
  for (const line of linesOf(stdout)) {
    if (!line.startsWith(`${mark} `)) continue;
    const fields = parseObject(line.slice(mark.length + 1));
    if (fields === null) {
      problems.push("a line of gdb's answer is damaged");
      continue;
    }
    const { kind, id } = fields;
    if (kind === "capture" && typeof id === "number") captures.set(id, fields);
    else if (kind === "verdict" && typeof id === "number") fates.set(id, fields["fatal"] === true);
    else if (kind === "end") end = fields;
    else if (kind === "problem") {
      problems.push(String(fields["text"]));
      if (fields["stage"] === "start") started = false;
    }
  }
  if (end === null && problems.length === 0) problems.push("gdb's answer breaks off");
  const stderr = end !== null && typeof end["stderr"] === "string" ? end["stderr"] : "";
  return {
    captures: [...captures].map(([id, fields]) => rawCapture(fields, fates.get(id), stderr, run)),
    problems,
    started,
    status: end === null ? null : statusOf(end["status"]),
    timedOut: end?.["timedOut"] === true,
    runs: typeof end?.["runs"] === "number" ? end["runs"] : 1,
  };
}

function rawCapture(fields: Fields, verdict: boolean | undefined, stderr: string, run: number): RawCapture {
  const { kind: _kind, id: _id, fatal: known, incomplete, ...facts } = fields;
  const fatal = known === true || verdict === true;
  const gaps = Array.isArray(incomplete) ? [...(incomplete as unknown[])] : [];
  if (known === null && verdict === undefined)
    gaps.push("gdb ended before it was known whether this was fatal");
  return {
    json: JSON.stringify({ ...facts, fatal, stderr, incomplete: gaps }),
    fatal,
    hang: fields["hang"] === true,
    main: fields["main"] === true,
    run,
  };
}

function statusOf(status: unknown): string | null {
  if (typeof status !== "object" || status === null) return null;
  const { exit, signal } = status as Fields;
  return typeof exit === "number" ? `exit ${exit}` : typeof signal === "string" ? signal : null;
}

/** The lines of both kept parts; one that was cut in two by the dropped bytes is lost. */
function linesOf({ head, tail, total }: Stream): string[] {
  if (head.length + tail.length === total) return Buffer.concat([head, tail]).toString("utf8").split("\n");
  return [...head.toString("utf8").split("\n").slice(0, -1), ...tail.toString("utf8").split("\n").slice(1)];
}

function parseObject(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null;
  }
}
