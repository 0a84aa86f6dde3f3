import type { GoTrace, ProcessRecord, Thread } from "../evidence.js";
import { processOf } from "../frames/hang-story.js";
import { listed } from "../../text/numbers.js";
import { oneLine } from "../../text/printable.js";
import { threadName } from "./waits.js";

/** Why a program that hangs can never go on, where its threads' waits show it: one sentence at most for each reason. */
export function stuck(
  threads: readonly Thread[],
  processes: readonly ProcessRecord[],
  go: GoTrace | null,
): string[] {
  const ring = deadlock(threads);
  if (ring !== null) return [ring];
  const lone = lonely(threads);
  if (lone.length > 0) return lone;
  const all = go === null && processes.every(({ unseen }) => unseen === null) ? nobodyLeft(threads) : null;
  return all === null ? [] : [all];
}

/** Threads each of which waits for one that the next one is, or for what that holds; the last for the first. */
function deadlock(threads: readonly Thread[]): string | null {
  const byNumber = new Map(threads.map((thread) => [thread.number, thread]));
  const next = new Map(
    threads.flatMap((thread): [number, number][] => {
      const other = waitsForThread(thread, threads);
      return other === null ? [] : [[thread.number, other]];
    }),
  );
  const named = (number: number | undefined): string => {
    const thread = byNumber.get(number ?? 0);
    return thread === undefined ? `thread ${number}` : threadName(thread);
  };
  for (const start of [...next.keys()].sort((a, b) => a - b)) {
    const way = [start];
    for (let at = next.get(start); at !== undefined && way.length <= threads.length; at = next.get(at)) {
      if (at === start) {
        if (way.length === 1) return `a deadlock: ${named(start)} locks a mutex again that it has locked`;
        return `a deadlock: ${way.map((one) => `${named(one)} waits for ${named(next.get(one))}`).join(", ")}`;
      }
      way.push(at);
    }
  }
  return null;
}

/** The thread that another one waits for: it holds the lock, it is to end, or its process is waited for and it is the only one of that. */
function waitsForThread({ waits, process: own = 1 }: Thread, threads: readonly Thread[]): number | null {
  if (waits === null) return null;
  if (waits.stranger !== true && waits.holder !== null) return waits.holder;
  if (waits.joins !== undefined && waits.joins !== null) return waits.joins;
  for (const other of waits.others ?? []) {
    const [only, more] = threads.filter((thread) => processOf(thread) === other);
    if (other !== own && only !== undefined && more === undefined) return only.number;
  }
  return null;
}

/** A process that has one thread of its maker's several, which waits for a lock that no other thread can release any more. */
function lonely(threads: readonly Thread[]): string[] {
  const first = threads.filter((thread) => processOf(thread) === 1);
  return [...new Set(threads.map(processOf))].flatMap((process) => {
    const [only, more] = threads.filter((thread) => processOf(thread) === process);
    if (process === 1 || only === undefined || more !== undefined || first.length < 2) return [];
    const { waits } = only;
    if (waits?.call !== "futex" || waits.private !== true || waits.timed !== false) return [];
    const { purpose = null } = waits;
    if (waits.stranger !== true && purpose !== null && purpose !== "mutex" && purpose !== "lock") return [];
    return [
      `process ${process} was made while another thread of its parent held a lock: it has only the thread that made it, and nobody there can release that lock`,
    ];
  });
}

/** All threads wait for one another, and for nothing from outside. */
function nobodyLeft(threads: readonly Thread[]): string | null {
  const waits = threads.map((thread) => thread.waits);
  if (threads.length === 0 || !waits.every((one) => one?.call === "futex" && one.timed === false))
    return null;
  // A lock that somebody holds who is not known may be freed by somebody who was not looked at.
  if (!waits.some((one) => one?.purpose === "condition" || one?.purpose === "semaphore")) return null;
  if (threads.length === 1)
    return `it has one thread, and nobody is left to wake that: a wake-up was lost, or never sent`;
  const groups = new Map<string, string[]>();
  for (const { number, waits: one } of threads) {
    if (one?.purpose !== "condition" && one?.purpose !== "semaphore") continue;
    const name = one.object ? ` \`${oneLine(one.object, 60)}\`` : "";
    const what = `the ${one.purpose}${name}`;
    groups.set(what, [...(groups.get(what) ?? []), String(number)]);
  }
  const each = [...groups].map(
    ([what, numbers]) => `${numbers.length === 1 ? "thread" : "threads"} ${listed(numbers)} for ${what}`,
  );
  return `every thread waits for another: ${each.join("; ")}. No thread is left to wake them: a wake-up was lost, or never sent`;
}
