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
  const said = new GdbWords();
  for (const line of linesOf(stdout)) {
    if (line.startsWith(`${mark} `)) said.take(parseObject(line.slice(mark.length + 1)));
  }
  const { end } = said;
  if (end === null && said.problems.length === 0) said.problems.push("gdb's answer breaks off");
  const stderr = typeof end?.["stderr"] === "string" ? end["stderr"] : "";
  return {
    captures: [...said.captures].map(([id, fields]) => rawCapture(fields, said.fates.get(id), stderr, run)),
    problems: said.problems,
    started: said.started,
    status: statusOf(end?.["status"]),
    timedOut: end?.["timedOut"] === true,
    runs: typeof end?.["runs"] === "number" ? end["runs"] : 1,
  };
}

/** What the lines of an answer add up to. */
class GdbWords {
  readonly problems: string[] = [];
  readonly captures = new Map<number, Fields>();
  /** Whether the process died of what a capture shows, where that was known only later. */
  readonly fates = new Map<number, boolean>();
  started = true;
  end: Fields | null = null;

  /** One line; null where it is damaged. */
  take(fields: Fields | null): void {
    const id = fields?.["id"];
    switch (fields?.["kind"]) {
      case undefined:
        if (fields === null) this.problems.push("a line of gdb's answer is damaged");
        return;
      case "capture":
        if (typeof id === "number") this.captures.set(id, fields);
        return;
      case "verdict":
        if (typeof id === "number") this.fates.set(id, fields["fatal"] === true);
        return;
      case "end":
        this.end = fields;
        return;
      case "problem":
        this.problems.push(String(fields["text"]));
        if (fields["stage"] === "start") this.started = false;
    }
  }
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
