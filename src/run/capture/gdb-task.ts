import { randomBytes } from "node:crypto";
import type { Labels } from "../../docker/engine.js";
import type { Binary } from "../../images/binary.js";
import type { Cell, SignalPlan } from "../../plan/plan.js";
import { attemptEnvironment, attemptInput, type Task } from "../runner/container-task.js";
import type { RunnerService } from "../runner/runner-config.js";

/** Where our part of gdb lies in every environment image. */
export const INSIDE = "/opt/vivarium";
const OWN = `${INSIDE}/own`;
/** The words that start gdb by libraries, a loader and a Python of its own; see dockerfiles/container/own-gdb.sh. */
export const GDB = [
  `${OWN}/loader`,
  "--library-path",
  `${OWN}/lib`,
  `${OWN}/gdb`,
  `--data-directory=${OWN}/share`,
];
/** What they need in gdb's own environment; the program's is in the request. */
export const GDB_ENVIRONMENT = { PYTHONHOME: `${OWN}/python`, PYTHONNOUSERSITE: "1" };
const MiB = 1024 * 1024;
/** What gdb needs beside the program: libc's debug symbols alone take 100 MiB. */
const GDB_MEMORY = 512 * MiB;
const GDB_PROCESSES = 16;
const GDB_FILES = 1024;
const GDB_STACK = 8 * MiB;
const GDB_TMP = 1 * MiB;
/** An answer is mostly 20 KiB; this holds that of a program with a thousand frames and eight signals. */
const ANSWER_BYTES = 4 * MiB;
/** What remains for gdb's own start and end when the program is given all the time that it may take. */
const RESERVE_MS = 5_000;

/** What `evidence.py` and `debug.py` are told; they read it from the variable VIVARIUM_CAPTURE. */
export interface GdbRequest {
  readonly mark: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string | null;
  readonly timeoutMs: number;
  /** For debug.py: processes beside the program, which the runner starts elsewhere. */
  readonly services?: readonly RunnerService[];
  /** Sent to the program, each so many milliseconds after its start. */
  readonly signals: readonly SignalPlan[];
  /** Not null: hangs are looked for, in so many runs without gdb at most, none of them begun later than this. */
  readonly hangs: { readonly runs: number; readonly withinMs: number } | null;
  /** The program has a terminal, and `stdin` is typed there. */
  readonly tty: boolean;
  readonly limits: { readonly stack: number | null; readonly files: number };
  /** Not null: the program runs without gdb until it crashes, so often and so long at most, and gdb attaches then. */
  readonly watch: {
    readonly runs: number;
    readonly timeoutMs: number;
    /** Of each run. */
    readonly eachMs: number;
    /** The schedule that each run is made under (`scheduleText`); absent: the kernel's own. */
    readonly schedule?: string;
    /** For story.py: switches of it to stop at, from 0; -1 is the crash. */
    readonly stops?: readonly number[];
    /** For hold.py: places whose instruction is to be told. */
    readonly places?: readonly string[];
  } | null;
}

/** The program of a cell as gdb is to run it: with the arguments, environment, input and limits of an attempt. */
export function gdbRequest(
  cell: Cell,
  binary: Binary,
  timeoutMs: number,
  watch: GdbRequest["watch"] = null,
  hangs: GdbRequest["hangs"] = null,
): GdbRequest {
  const { run, condition } = cell;
  return {
    mark: `vivarium-${randomBytes(16).toString("hex")}`,
    program: binary.program,
    args: run.args,
    env: attemptEnvironment(run, condition),
    stdin: run.stdin === null ? null : attemptInput(run),
    tty: run.tty === true,
    signals: run.signals ?? [],
    timeoutMs,
    hangs,
    limits: { stack: condition?.stack ?? run.limits.stack, files: run.limits.files },
    watch,
  };
}

/** The words of a gdb that runs one of our scripts and nothing of a repro's. */
export function gdbWords(script: "evidence.py" | "story.py" | "hold.py" | "core.py"): string[] {
  return [...GDB, "-nx", "-q", "-batch", "-iex", "set auto-load off", "-x", `${INSIDE}/${script}`];
}

/** The container's side of a gdb run: an attempt's, with room for gdb; the program's own environment is in the request. */
export function gdbTask(
  cell: Cell,
  binary: Binary,
  request: GdbRequest,
  timeoutMs: number,
  labels: Labels,
  script: "evidence.py" | "story.py" | "hold.py" = "evidence.py",
): Task {
  const { condition } = cell;
  // It is sent to the program by what runs gdb: the runner would send it to gdb.
  const { signals: _, ...run } = cell.run;
  const { limits } = run;
  const least = (limit: number | null, least: number): number | null =>
    limit === null ? null : Math.max(limit, least);
  return {
    image: binary.image,
    argv: gdbWords(script),
    program: binary.program,
    run: {
      ...run,
      args: [],
      tty: false,
      stdin: null,
      env: { ...GDB_ENVIRONMENT, VIVARIUM_CAPTURE: JSON.stringify(request) },
      timeoutMs,
      limits: {
        stack: least(limits.stack, GDB_STACK),
        memory: limits.memory + GDB_MEMORY,
        processes: limits.processes + GDB_PROCESSES,
        files: Math.max(limits.files, GDB_FILES),
        tmp: limits.tmp + GDB_TMP,
      },
    },
    condition: condition && { ...condition, env: {}, padding: 0, stack: least(condition.stack, GDB_STACK) },
    output: { head: ANSWER_BYTES, tail: 64 * 1024, keep: "all" },
    labels,
    instrument: { part: "all", expected: binary.ranOn.instrument },
    what: `gdb in ${cell.id}`,
  };
}

/** How hangs are looked for: runs that end in time cost next to nothing. */
export function hangLooks(programMs: number, timeoutMs: number): NonNullable<GdbRequest["hangs"]> {
  return { runs: 1000, withinMs: Math.max(0, timeoutMs - RESERVE_MS - programMs) };
}

/**
 * Milliseconds that the program may take under gdb, of what a run under gdb may take: twice its own limit, as gdb slows it.
 * Where attempts hang, just its own limit: what then still runs is looked at.
 */
export function programTimeMs(cell: Cell, timeoutMs: number, hangs = false): number {
  if (hangs && cell.run.timeoutMs <= timeoutMs - RESERVE_MS) return cell.run.timeoutMs;
  return Math.max(timeoutMs / 2, Math.min(timeoutMs - RESERVE_MS, 2 * cell.run.timeoutMs));
}
