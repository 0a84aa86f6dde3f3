import type { GoTrace, ProcessRecord, Thread } from "../evidence.js";
import { processOf } from "../frames/hang-story.js";
import { purposeOf } from "../frames/wait-purpose.js";
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
    const purpose = purposeOf(only);
    if (waits.stranger !== true && purpose !== null && purpose !== "mutex" && purpose !== "lock") return [];
    return [
      `process ${process} was made while another thread of its parent held a lock: it has only the thread that made it, and nobody there can release that lock`,
    ];
  });
}

/** Waits that any thread which runs could end, and waits for what threads of the same process hold, have begun or must come to. */
const BY_THREADS: ReadonlySet<string> = new Set(["condition", "semaphore"]);
const LOCKS: ReadonlySet<string> = new Set(["mutex", "lock", "rwlock", "once", "barrier"]);

/** All threads wait for one another, and for nothing from outside. */
function nobodyLeft(threads: readonly Thread[]): string | null {
  const waits = threads.map((thread) => thread.waits);
  if (threads.length === 0 || !waits.every((one) => one?.call === "futex" && one.timed === false))
    return null;
  const [only] = threads;
  if (threads.length === 1 && only !== undefined) return alone(only);
  const woken = threads.some((thread) => BY_THREADS.has(purposeOf(thread) ?? ""));
  // What other processes may free as well, somebody may free who was not looked at.
  const inside = waits.every((one) => one?.private === true);
  if (!woken && !(inside && threads.every((thread) => purposeOf(thread) !== null))) return null;
  const each = groupsOf(threads, (purpose) => BY_THREADS.has(purpose) || (!woken && LOCKS.has(purpose)));
  if (each.length === 0) return null;
  const end = woken ? "to wake them: a wake-up was lost, or never sent" : "to go on: a deadlock";
  return `every thread waits for another: ${each.join("; ")}. No thread is left ${end}`;
}

/** `threads 2 and 3 for the mutex \`m\``, of the threads that wait for what is told. */
function groupsOf(threads: readonly Thread[], told: (purpose: string) => boolean): string[] {
  const groups = new Map<string, string[]>();
  for (const thread of threads) {
    const purpose = purposeOf(thread);
    if (purpose === null || !told(purpose)) continue;
    const what = thingOf(purpose, thread.waits?.object ?? null);
    groups.set(what, [...(groups.get(what) ?? []), String(thread.number)]);
  }
  return [...groups].map(
    ([what, numbers]) => `${numbers.length === 1 ? "thread" : "threads"} ${listed(numbers)} for ${what}`,
  );
}

function thingOf(purpose: string, object: string | null): string {
  const name = object === null ? "" : ` \`${oneLine(object, 60)}\``;
  if (purpose === "once") return "an initialisation";
  return `${name === "" ? "a" : "the"} ${purpose === "rwlock" ? "read-write lock" : purpose}${name}`;
}

/** Why the one thread of a process waits for ever: nobody is there to wake it, or to release what it waits for. */
function alone(thread: Thread): string | null {
  const purpose = purposeOf(thread);
  if (purpose !== null && BY_THREADS.has(purpose))
    return `it has one thread, and nobody is left to wake that: a wake-up was lost, or never sent`;
  if (purpose === null || thread.waits?.private !== true) return null;
  if (purpose === "once")
    return `a deadlock: it has one thread, which waits for an initialisation that it began itself and is still in`;
  if (purpose === "barrier") return `it has one thread, and nobody is left to come to the barrier`;
  if (!LOCKS.has(purpose)) return null;
  return `a deadlock: it has one thread, and nobody is left to release the lock: this thread holds it itself, or one did that has ended`;
}
