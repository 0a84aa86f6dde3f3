import type { Evidence, Frame, Goroutine, Thread } from "../evidence.js";
import { isOwnFrame, trustedFrames } from "./native-story.js";
import { symbolName } from "../symbol.js";

/** How a libc waits, below the function that its caller asked to wait: different in each version. */
const WAITING =
  /^(?:lll_\w+|futex_?\w*|\w*abstimed_wait\w*|timedwait\w*|internal_syscall_cancel|syscall(?:_cancel|_cp)?\w*|wait|lock|kernel_vsyscall)$/;
/** Functions that wait for another thread's end, so that it is that thread that hangs. */
const JOINING = /^(?:pthread_(?:\w*join\w*)|thrd_join|std::thread::join)$/;
const LOCKING = /^(?:pthread_(?:mutex|rwlock|spin)_\w*lock|mtx_lock|lll_lock_wait\w*)$/;

/** Where a program hangs. */
export interface HangStory {
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
 * The one stack that tells of a hang: that of Go's main goroutine, where that waits; else the main thread's, whose end the program's end
 * waits for; where that waits for other threads to end, the one of these that runs, or waits for a lock, or is first.
 */
export function hangStory({ threads, go }: Pick<Evidence, "threads" | "go">): HangStory {
  const main = go?.goroutines.find(({ id, frames }) => id === 1 && frames.length > 0);
  if (main === undefined) return ofThreads(threads);
  const ofMain = { thread: null, goroutine: main, place: null, caller: null };
  if (!/^run(?:ning|nable)$/.test(main.state)) return ofMain;
  // Go's word is of one moment: of a loop, gdb's looks tell what stays.
  const native = ofThreads(threads);
  return native.thread?.waits === null && native.place !== null ? native : ofMain;
}

function ofThreads(threads: readonly Thread[]): HangStory {
  const inOrder = [...threads].sort((a, b) => a.number - b.number);
  const thread = inOrder.find((one) => !standsBy(one)) ?? inOrder[0];
  const workers = inOrder.slice(1).filter((one) => !standsBy(one));
  const telling =
    thread === inOrder[0] ? thread : (workers.toSorted((a, b) => rank(a) - rank(b))[0] ?? inOrder[0]);
  if (telling === undefined) return { thread: null, goroutine: null, place: null, caller: null };
  return { thread: telling, goroutine: null, ...placeOf(telling) };
}

/** The frames of a thread that stay, as far as they can be believed, the innermost first. */
export function steadyFrames(thread: Thread): Frame[] {
  return trustedFrames(thread).slice(thread.passing);
}

function names(thread: Thread): string[] {
  return steadyFrames(thread).flatMap(({ function: name }) => (name === null ? [] : [symbolName(name)]));
}

/** A thread that waits for another to end, or one of Go's that has no goroutine to run. */
function standsBy(thread: Thread): boolean {
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
