import type { Explanation, GoFrame, GoTrace, Goroutine, NativeCapture, Thread } from "../evidence.js";
import { tellingFrames } from "../frames/go-story.js";
import { hangStory, steadyFrames } from "../frames/hang-story.js";
import { oneLine } from "../../text/printable.js";
import { shownName } from "../symbol.js";

const MAX_THREADS = 8;
const MAX_FRAMES = 6;

/** In words: where each thread is at the time limit, and who waits for whom. `go`: what Go said of it at SIGQUIT. */
export function explainHang({ threads }: Pick<NativeCapture, "threads">, go: GoTrace | null): Explanation {
  const story = hangStory({ threads, go });
  const ring = deadlock(threads);
  const told =
    story.goroutine !== null
      ? goroutineWords(story.goroutine)
      : story.thread !== null
        ? threadWords(story.thread)
        : "where, is not known";
  const inOrder = [...threads].sort((a, b) => a.number - b.number);
  const others = inOrder.filter((thread) => thread !== story.thread);
  const facts = [
    ...(ring === null ? [] : [ring]),
    // Go's threads say nothing beside its goroutines.
    ...(go === null ? others.slice(0, MAX_THREADS).map(threadWords) : []),
    ...(go === null && others.length > MAX_THREADS ? [`${others.length - MAX_THREADS} more threads`] : []),
    ...otherGoroutines(go, story.goroutine),
  ];
  return { kind: "hang", text: `at the time limit ${told}`, operand: null, facts };
}

/** `thread 1 waits in futex: __lll_lock_wait <- pthread_mutex_lock <- main`. */
function threadWords(thread: Thread): string {
  const { number, waits, passing } = thread;
  const frames = steadyFrames(thread);
  const chain = frames.slice(0, MAX_FRAMES).map((frame) => shownName(frame.function ?? "??"));
  if (frames.length > MAX_FRAMES) chain.push("…");
  const stack = chain.length === 0 ? "" : ` ${chain.join(" <- ")}`;
  const held =
    waits === null || waits.holder === null
      ? ""
      : waits.holder === number
        ? ", for a mutex that it holds itself"
        : `, for a mutex that thread ${waits.holder} holds`;
  if (waits !== null) return `thread ${number} waits in the system call ${waits.call}${held}:${stack}`;
  return `thread ${number} runs${stack === "" ? "" : ` in${stack}`}${passing > 0 ? ", where every look found it" : ""}`;
}

/** Threads each of which waits for a mutex that the next one holds, the last for one of the first. */
function deadlock(threads: readonly Thread[]): string | null {
  const holders = new Map(
    threads.flatMap(({ number, waits }): [number, number][] =>
      waits === null || waits.holder === null ? [] : [[number, waits.holder]],
    ),
  );
  for (const start of [...holders.keys()].sort((a, b) => a - b)) {
    const way = [start];
    for (
      let at = holders.get(start);
      at !== undefined && way.length <= threads.length;
      at = holders.get(at)
    ) {
      if (at === start) {
        if (way.length === 1) return `a deadlock: thread ${start} locks a mutex again that it has locked`;
        return `a deadlock: ${way.map((one) => `thread ${one} waits for thread ${holders.get(one)}`).join(", ")}`;
      }
      way.push(at);
    }
  }
  return null;
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
    (goroutine) => goroutine !== told && goroutine.id !== 0 && tellingFrames(goroutine.frames).length > 0,
  );
  const more = own.length > MAX_THREADS ? [`${own.length - MAX_THREADS} more goroutines`] : [];
  return [...own.slice(0, MAX_THREADS).map(goroutineWords), ...more];
}
