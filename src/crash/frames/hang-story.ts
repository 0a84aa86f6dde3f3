import type { Evidence, Frame, Goroutine, GoTrace, Thread } from "../evidence.js";
import { tellingFrames, testWaitedFor } from "./go-story.js";
import { isOwnFrame, trustedFrames } from "./native-story.js";
import { symbolName } from "../symbol.js";
import { asCalled, purposeOf } from "./wait-purpose.js";

/** How a libc waits, below the function that its caller asked to wait: different in each version. */
const WAITING =
  /^(?:lll_\w+|futex_?\w*|\w*abstimed_wait\w*|timedwait\w*|internal_syscall_cancel|syscall(?:_cancel|_cp)?\w*|wait|lock|kernel_vsyscall)$/;
/** Functions that wait for another thread's end, so that it is that thread that hangs. */
const JOINING = /^(?:pthread_(?:\w*join\w*)|thrd_join|std::thread::join)$/;
const LOCKING = /^(?:pthread_(?:mutex|rwlock|spin)_\w*lock|mtx_lock|lll_lock_wait\w*)$/;

/** Where a program hangs. */
export interface HangStory {
  /** The process that it is in: 1 is the program's first. */
  readonly process: number;
  /** Null where Go's main goroutine tells it. */
  readonly thread: Thread | null;
  /** Go's main goroutine, as Go itself tells it at SIGQUIT. */
  readonly goroutine: Goroutine | null;
  /** The function that its own code called, or where its own code runs; null where no frame can be believed. */
  readonly place: Frame | null;
  /** The own code's function that called it; null where that cannot be told. */
  readonly caller: Frame | null;
}

/**
 * The one stack that tells of a hang: that of Go's main goroutine, or of the test that it waits for, where that waits; else the main thread's, whose end the program's end
 * waits for; where that waits for other threads to end, the one of these that runs, or waits for a lock, or is first; where it
 * waits for another process, the one that tells it there.
 */
export function hangStory({ threads, go }: Pick<Evidence, "threads" | "go">): HangStory {
  const first = go?.goroutines.find(({ id, frames }) => id === 1 && frames.length > 0);
  if (go === null || first === undefined) return ofThreads(threads);
  const main = waitedFor(testWaitedFor(first.frames, go) ?? first, go);
  const ofMain = { process: 1, thread: null, goroutine: main, place: null, caller: null };
  if (!isRunning(main)) return ofMain;
  // Go's word is of one moment: of a loop, gdb's looks tell what stays.
  const native = ofThreads(threads);
  return native.thread?.waits === null && native.place !== null ? native : ofMain;
}

/** Whether a goroutine runs, or would if a thread were free: it waits for nothing. */
export function isRunning({ state }: Goroutine): boolean {
  return /^run(?:ning|nable)$/.test(state);
}

/** Where Go's main goroutine waits for others to be done. */
const GO_JOINING = /^(?:sync\.\(\*WaitGroup\)\.Wait|golang\.org\/x\/sync\/errgroup\.\(\*Group\)\.Wait)$/;
const GO_LOCKING = /^sync\.\(\*(?:RW)?Mutex\)\.R?Lock$/;

/** The goroutine that tells a hang: one that waits for a lock, where the main one waits for all to be done; else that one. */
function waitedFor(main: Goroutine, go: GoTrace): Goroutine {
  const calls = (goroutine: Goroutine, pattern: RegExp): boolean =>
    tellingFrames(goroutine.frames).some((frame) => pattern.test(frame.function));
  if (!calls(main, GO_JOINING)) return main;
  const stack = ({ frames }: Goroutine): string => frames.map((frame) => frame.function).join(" ");
  const [locked] = go.goroutines
    .filter((goroutine) => goroutine.id !== main.id && calls(goroutine, GO_LOCKING))
    // Whichever came first in this run: the same in every run.
    .sort((a, b) => (stack(a) < stack(b) ? -1 : stack(a) > stack(b) ? 1 : a.id - b.id));
  return locked ?? main;
}

/** The process of a thread; 1 is the program's first. */
export function processOf({ process = 1 }: Pick<Thread, "process">): number {
  return process;
}

function ofThreads(threads: readonly Thread[]): HangStory {
  const inOrder = [...threads].sort((a, b) => a.number - b.number);
  const seen = new Set<number>();
  let telling: Thread | undefined;
  let process: number | undefined = Math.min(...inOrder.map(processOf));
  while (process !== undefined) {
    seen.add(process);
    const found = tellingOf(inOrder.filter((thread) => processOf(thread) === process));
    telling = found ?? telling;
    process = found?.waits?.others?.find(
      (other) => !seen.has(other) && threads.some((thread) => processOf(thread) === other),
    );
  }
  if (telling === undefined) return { process: 1, thread: null, goroutine: null, place: null, caller: null };
  return { process: processOf(telling), thread: telling, goroutine: null, ...placeOf(telling) };
}

/** The thread of one process that tells why it does not end. */
function tellingOf(inOrder: readonly Thread[]): Thread | undefined {
  const [main] = inOrder;
  const thread = inOrder.find((one) => !standsBy(one)) ?? main;
  if (thread === main) return main;
  const joined = joinedBy(main, inOrder);
  if (joined !== undefined) return joined;
  const workers = inOrder.slice(1).filter((one) => !standsBy(one));
  return workers.toSorted((a, b) => rank(a) - rank(b))[0] ?? main;
}

/** The thread at whose end all those end that wait for one another, the first of them for the next; undefined where that is not known. */
function joinedBy(first: Thread | undefined, threads: readonly Thread[]): Thread | undefined {
  let at = first;
  for (let steps = 0; at !== undefined && steps < threads.length; steps++) {
    const { joins = null } = at.waits ?? {};
    if (joins === null) return at === first ? undefined : at;
    at = threads.find(({ number }) => number === joins);
  }
  return undefined;
}

/** The frames of a thread that stay, as far as they can be believed, the innermost first; functions that wait by the names that programs call. */
export function steadyFrames(thread: Thread): Frame[] {
  const frames = trustedFrames(thread).slice(thread.passing);
  return thread.waits === null ? frames : frames.map((frame) => asCalled(frame, thread.waits?.timed));
}

function names(thread: Thread): string[] {
  return steadyFrames(thread).flatMap(({ function: name }) => (name === null ? [] : [symbolName(name)]));
}

/** A thread that waits for another to end, or one of Go's that has no goroutine to run. */
function standsBy(thread: Thread): boolean {
  if (purposeOf(thread) === "thread") return true;
  const found = names(thread);
  if (found.some((name) => JOINING.test(name))) return true;
  return found.length > 0 && found.every((name) => /^(?:runtime[./]|clone3?$)/.test(name));
}

function rank(thread: Thread): number {
  if (thread.waits === null) return 0;
  return names(thread).some((name) => LOCKING.test(name)) ? 1 : 2;
}

function placeOf(thread: Thread): Pick<HangStory, "place" | "caller"> {
  const all = steadyFrames(thread);
  const asked = all.findIndex(({ function: name }) => name === null || !WAITING.test(symbolName(name)));
  const frames = asked === -1 ? [] : all.slice(asked);
  const own = frames.findIndex((frame) => isOwnFrame(frame, all));
  if (own > 0) return { place: frames[own - 1] ?? null, caller: frames[own] ?? null };
  const caller = frames.slice(1).find((frame) => isOwnFrame(frame, all));
  return { place: frames[0] ?? null, caller: caller ?? null };
}
