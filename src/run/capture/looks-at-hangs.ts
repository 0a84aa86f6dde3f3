import { knownInstruments, type FilesOf } from "../../images/instrument.js";
import type { Binary } from "../../images/binary.js";
import type { Cell } from "../../plan/plan.js";
import type { Attempt } from "../attempt.js";
import type { Looks, Task } from "../runner/container-task.js";
import type { ReportedAttempt } from "../runner/protocol.js";
import { readGdbAnswer, type RawCapture } from "./gdb-answer.js";
import { GDB_ENVIRONMENT, gdbRequest, gdbWords } from "./gdb-task.js";

/** A look takes a second or two; on a busy machine some times that. */
const LOOK_MS = 60_000;
/** Looks at a cell's hangs from one container. */
const LOOKS = 2;
/** gdb and libc's debug symbols: an attempt with less memory has no room for them beside it. */
const LEAST_MEMORY = 384 * 1024 * 1024;

/** How a cell's attempts that hang are looked at where they are; undefined: they are not. */
export function looksAtHangs(cell: Cell, binary: Binary, perSignature: number): Looks | undefined {
  const most = Math.min(LOOKS, perSignature);
  if (most === 0 || cell.run.limits.memory < LEAST_MEMORY) return undefined;
  const request = gdbRequest(cell, binary, LOOK_MS);
  const env = { ...GDB_ENVIRONMENT, VIVARIUM_CAPTURE: JSON.stringify(request) };
  return { most, timeoutMs: LOOK_MS, argv: gdbWords("evidence.py"), env, mark: request.mark };
}

/**
 * Attempts with what gdb said of them read. `files`: of the image; what gdb says counts only where gdb is ours. Throws as
 * `KnownInstruments.assert`.
 */
export async function withHangs(
  attempts: readonly ReportedAttempt[],
  { looks, instrument, image, what }: Pick<Task, "looks" | "instrument" | "image" | "what">,
  files: FilesOf,
): Promise<readonly Attempt[]> {
  const read = attempts.map((attempt) => withHang(attempt, looks?.mark ?? ""));
  const seen = read.some(({ hang }) => hang !== undefined && hang.captures.length > 0);
  if (seen && instrument !== null)
    await knownInstruments.assert({ ...instrument, part: "all", image, what }, files);
  return read;
}

function withHang(reported: ReportedAttempt, mark: string): Attempt {
  if (reported.gdb === undefined) return reported;
  const { gdb, ...attempt } = reported;
  const stdout = { head: gdb, tail: Buffer.alloc(0), total: gdb.length };
  const { captures, problems } = readGdbAnswer(stdout, mark, attempt.number);
  const hang = {
    captures: captures.flatMap((each) => (each.hang ? [each.json] : [])),
    problems: [...problems],
  };
  return { ...attempt, hang };
}

/** What gdb saw of these attempts, as of runs of its own. */
export function hangCaptures(attempts: readonly Attempt[]): RawCapture[] {
  return attempts.flatMap(({ number, hang }) =>
    (hang?.captures ?? []).map((json) => ({ json, fatal: false, hang: true, main: true, run: number })),
  );
}

/** What went wrong with gdb as it looked at these attempts. */
export function hangProblems(attempts: readonly Attempt[]): string[] {
  return attempts.flatMap(({ hang }) => hang?.problems ?? []);
}
