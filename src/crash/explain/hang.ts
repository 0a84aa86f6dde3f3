import type {
  Explanation,
  GoFrame,
  GoTrace,
  Goroutine,
  NativeCapture,
  ProcessRecord,
  Thread,
} from "../evidence.js";
import { tellingFrames } from "../frames/go-story.js";
import { hangStory, isRunning, steadyFrames, type HangStory } from "../frames/hang-story.js";
import { oneLine } from "../../text/printable.js";
import { shownName } from "../symbol.js";
import { stuck } from "./stuck.js";
import { threadName, waitsFor } from "./waits.js";

const MAX_THREADS = 8;
const MAX_FRAMES = 6;

/** In words: where each thread is at the time limit, and who waits for whom. `go`: what Go said of it at SIGQUIT. */
export function explainHang(
  { threads, processes = [] }: Pick<NativeCapture, "threads" | "processes">,
  go: GoTrace | null,
): Explanation {
  const story = hangStory({ threads, go });
  const told =
    story.goroutine !== null
      ? goroutineWords(story.goroutine)
      : story.thread !== null
        ? threadWords(story.thread, threads)
        : "where, is not known";
  const inOrder = [...threads].sort((a, b) => a.number - b.number);
  const others = inOrder.filter((thread) => thread !== story.thread);
  const facts = [
    ...processWords(processes),
    ...stuck(threads, processes, go),
    ...(isAtWork(story) ? [AT_WORK] : []),
    // Go's threads say nothing beside its goroutines.
    ...(go === null ? others.slice(0, MAX_THREADS).map((thread) => threadWords(thread, threads)) : []),
    ...(go === null && others.length > MAX_THREADS ? [`${others.length - MAX_THREADS} more threads`] : []),
    ...otherGoroutines(go, story.goroutine),
  ];
  return { kind: "hang", text: `at the time limit ${told}`, operand: null, facts };
}

const AT_WORK = "it was running, not waiting: it may only be slow, and a longer --timeout would tell";

function isAtWork({ thread, goroutine }: HangStory): boolean {
  if (goroutine !== null) return isRunning(goroutine);
  return thread !== null && thread.waits === null;
}

/** `3 processes: 1 is fork, 2 is sh (made by 1), 3 is sleep (made by 2)`. */
function processWords(processes: readonly ProcessRecord[]): string[] {
  if (processes.length < 2) return [];
  const each = processes.map(({ number, parent, name, unseen }) => {
    const by = parent === null ? "" : `, a child of ${parent}`;
    const why =
      unseen === null || unseen === "D" ? "" : `, which could not be looked at (${oneLine(unseen, 60)})`;
    return `${number} is ${oneLine(name, 40)}${by}${why}`;
  });
  return [`${processes.length} processes: ${each.join("; ")}`];
}

/** `thread 1 waits in the system call futex: __lll_lock_wait <- pthread_mutex_lock <- main`. */
function threadWords(thread: Thread, threads: readonly Thread[]): string {
  const { waits, passing } = thread;
  const frames = steadyFrames(thread);
  // A wrapper and what it wraps have one name (pthread_join and what it goes on in).
  const all = frames
    .map((frame) => shownName(frame.function ?? "??"))
    .filter((name, i, names) => !(name === names[i - 1] && name.startsWith("pthread_")));
  const chain = all.slice(0, MAX_FRAMES);
  if (all.length > MAX_FRAMES) chain.push("…");
  const stack = chain.length === 0 ? "" : ` ${chain.join(" <- ")}`;
  const name = threadName(thread);
  if (waits !== null) {
    const end = stack === "" ? "" : `:${stack}`;
    return `${name} waits in the system call ${waits.call}${waitsFor(thread, waits, threads)}${end}`;
  }
  return `${name} runs${stack === "" ? "" : ` in${stack}`}${passing > 0 ? ", where every look found it" : ""}`;
}

function goroutineWords({ id, state, frames }: Goroutine): string {
  return `goroutine ${id} is in the state \`${oneLine(state, 60)}\`: ${chainOf(frames)}`;
}

function chainOf(frames: readonly GoFrame[]): string {
  const own = tellingFrames(frames);
  const shown = (own.length > 0 ? own : frames).slice(0, MAX_FRAMES);
  return shown.map((frame) => oneLine(frame.function, 100)).join(" <- ");
}

/** The program's own goroutines beside the main one; the runtime's are always there. */
function otherGoroutines(go: GoTrace | null, told: Goroutine | null): string[] {
  const own = (go?.goroutines ?? []).filter(
    (goroutine) =>
      goroutine !== told &&
      goroutine.id !== 0 &&
      tellingFrames(goroutine.frames).some(
        (frame) => !/^os\/signal\.(?:loop|signal_recv)$/.test(frame.function),
      ),
  );
  const more = own.length > MAX_THREADS ? [`${own.length - MAX_THREADS} more goroutines`] : [];
  return [...own.slice(0, MAX_THREADS).map(goroutineWords), ...more];
}
