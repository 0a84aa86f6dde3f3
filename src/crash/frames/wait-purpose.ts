import type { Frame, Thread } from "../evidence.js";
import { symbolName } from "../symbol.js";
import { trustedFrames } from "./native-story.js";

/** Functions that wait, and what for; the first that is in the stack tells it. The same table as gdb's own (dockerfiles/container/gdb/hangs/waiting.py). */
const PURPOSES: readonly (readonly [string, RegExp])[] = [
  ["condition", /cond_(?:timed|clock)?wait|condition_variable|cnd_(?:timed)?wait/],
  ["thread", /pthread_(?:timed|clock)?join|thrd_join|thread::join/],
  ["semaphore", /sem_(?:timed|clock)?wait/],
  ["barrier", /barrier_wait/],
  ["rwlock", /rwlock/],
  ["once", /pthread_once|call_once|cxa_guard_acquire/],
  ["mutex", /mutex_(?:lock|timedlock|clocklock)|mtx_(?:timed)?lock/],
  ["lock", /lll_lock|^lock$|lockfile|rt_mutex/],
];
/** So many frames above a wait tell what it is for. */
const NEAR = 8;

/**
 * What a thread waits on a futex for: what gdb said, else what the functions tell that it came through. gdb knows none of those in musl,
 * whose callers are found without unwind tables.
 */
export function purposeOf(thread: Pick<Thread, "frames" | "waits">): string | null {
  const { waits } = thread;
  if (waits === null || waits.call !== "futex") return null;
  if (waits.purpose !== undefined && waits.purpose !== null) return waits.purpose;
  const names = trustedFrames(thread)
    .slice(0, NEAR)
    .flatMap(({ function: name }) => (name === null ? [] : [symbolName(name)]));
  if (names.some((name) => name.startsWith("runtime."))) return null;
  return PURPOSES.find(([, pattern]) => names.some((name) => pattern.test(name)))?.[0] ?? null;
}

/**
 * What musl's functions without a time limit jump to, so that these are on no stack: `pthread_mutex_lock` is `pthread_mutex_timedlock` with no
 * time. And what glibc's go on in where they must wait.
 */
const UNTIMED: readonly (readonly [RegExp, string])[] = [
  [/^(pthread_mutex|mtx)_timedlock$/, "$1_lock"],
  [/^pthread_rwlock_timed(rd|wr)lock$/, "pthread_rwlock_$1lock"],
  [/^(sem|pthread_cond|cnd)_timedwait$/, "$1_wait"],
  [/^pthread_timedjoin_np$/, "pthread_join"],
];
const INSIDES: readonly (readonly [RegExp, string])[] = [
  [/^new_sem_wait(?:_slow\w*)?$/, "sem_wait"],
  [/^new_sem_timedwait\w*$/, "sem_timedwait"],
  [/^pthread_once_(?:slow|full)$/, "pthread_once"],
  // What symbolName calls so is `__pthread_clockjoin_ex`.
  [/^pthread_join$/, "pthread_join"],
  [/^pthread_(mutex_\w*lock|rwlock_\w+lock|cond_\w*wait)_(?:full|common)(?:64)?$/, "pthread_$1"],
];

/** A frame under the name of the function that the program called to wait. */
export function asCalled(frame: Frame, timed: boolean | undefined): Frame {
  if (frame.function === null) return frame;
  const name = symbolName(frame.function);
  const forms = timed === false ? [...INSIDES, ...UNTIMED] : INSIDES;
  const form = forms.find(([pattern]) => pattern.test(name));
  return form === undefined ? frame : { ...frame, function: name.replace(form[0], form[1]) };
}
