import { createHash } from "node:crypto";
import { readWait } from "../run/scheduled/schedule-record.js";
import type { StuckThread } from "./schedule/teller.js";
import { signature, weakSignature, type Signature } from "./signature/name.js";

/** Which one it is, its schedule tells. */
const UNKNOWN = weakSignature(["deadlock"], "deadlock: no thread can ever go on");

/**
 * The signature of a deadlock: which functions wait for what. Threads that do the same count once, and who waits for a thread's end waits for what that
 * waits for.
 */
export function signatureOfDeadlock(threads: readonly StuckThread[]): Signature {
  const known = threads.filter(({ where, named }) => where !== null || named);
  const each = [
    ...new Set(known.map(({ where, waitsFor }) => `${where ?? "a thread"} waits for ${waitsFor}`)),
  ].sort();
  if (each.length === 0) return UNKNOWN;
  return signature(["deadlock", ...each], `deadlock: ${each.join(", ")}`);
}

/** What the scheduler tells of an attempt (scheduler/record.h) says so in a line. */
export function isDeadlock(schedule = ""): boolean {
  return schedule.slice(0, 400).split("\n").includes("deadlock");
}

/** The key of a deadlock: in which calls threads wait, and for which variables; as far as these have places that are the same in every run. */
export function deadlockKey(schedule = ""): string {
  const lines = schedule.split("\n");
  const variables = new Map(
    lines.flatMap((line) => {
      const match = /^lock (\d+) (.+)$/.exec(line);
      return match === null ? [] : [[Number(match[1]), match[2]] as const];
    }),
  );
  const waits = lines
    .flatMap(readWait)
    .map(({ thread, call, place }) => `${call} ${place} ${variables.get(thread) ?? "-"}`);
  const each = [...new Set(waits)].sort();
  if (each.length === 0) return "deadlock";
  return `deadlock ${createHash("sha256").update(each.join("\n")).digest("hex").slice(0, 12)}`;
}
