import type { Explained } from "../explain/explained.js";
import type { Thread } from "../evidence.js";
import { baseName } from "../source-place.js";
import { moduleName } from "../symbol.js";

export function crashedThread(threads: readonly Thread[]): Thread | null {
  return threads.find((thread) => thread.crashed) ?? null;
}

/**
 * For a crash in a library that came at run time: which thread loaded it and which one crashed in it. Libraries set up
 * thread-local state in the thread that loads them; the sentence that explains golang/go#13470.
 */
export function loadStory({ threads, libraries }: Pick<Explained, "threads" | "libraries">): string[] {
  const crashed = crashedThread(threads);
  const module = crashed?.frames.find((frame) => frame.module !== null)?.module;
  if (crashed === null || module === undefined || module === null) return [];
  const library = libraries.find(({ path }) => moduleName(baseName(path)) === moduleName(module));
  if (library === undefined || library.loadedBy === null) return [];
  return [
    library.loadedBy === crashed.number
      ? `thread ${crashed.number} loaded ${module} at run time and crashed in it`
      : `thread ${library.loadedBy} loaded ${module}; thread ${crashed.number} crashed in it`,
  ];
}

/** Values of one thread-local variable, and threads that hold the same one. */
const MAX_SHOWN = 8;

type Holder = Pick<Thread, "number" | "crashed" | "fsBase">;

/** `thread 3 (crashed, fs_base 0x7fcd5e4ed6c0) and threads 2, 4, 5`: of the crashed one, and of one that is alone, more is said. */
function namedThreads(holders: readonly Holder[]): string {
  const crashed = holders.find((holder) => holder.crashed);
  const single = crashed ?? (holders.length === 1 ? holders[0] : undefined);
  const others = holders.filter((holder) => holder !== single);
  const notes = [
    ...(crashed === undefined ? [] : ["crashed"]),
    ...(single === undefined || single.fsBase === null ? [] : [`fs_base ${single.fsBase}`]),
  ].join(", ");
  const one = single === undefined ? [] : [`thread ${single.number}${notes === "" ? "" : ` (${notes})`}`];
  const shown = others.slice(0, MAX_SHOWN).map(({ number }) => number);
  const left = others.length > shown.length ? ` and ${others.length - shown.length} more` : "";
  const rest =
    shown.length === 0 ? [] : [`${others.length === 1 ? "thread" : "threads"} ${shown.join(", ")}${left}`];
  return [...one, ...rest].join(" and ");
}

/**
 * What each thread sees of the thread-local state that the code before the fault asked for, with its fs_base. Only where it
 * matters: the explanation names the function that hands it out, or the crashed thread alone has null there.
 */
export function threadLocalFacts(
  { threads, threadLocals }: Pick<Explained, "threads" | "threadLocals">,
  explanation: string,
): string[] {
  const byNumber = new Map(threads.map((thread) => [thread.number, thread]));
  const isCrashed = (thread: number): boolean => byNumber.get(thread)?.crashed ?? false;
  return threadLocals.flatMap(({ accessor, values }) => {
    const own = values.find(({ thread }) => isCrashed(thread))?.value;
    const alone = own === "0x0" && values.some(({ value }) => value !== null && value !== "0x0");
    if (!alone && !explanation.includes(accessor)) return [];
    const holdersOf = new Map<string | null, Holder[]>([[own ?? null, []]]);
    for (const { thread, value } of values) {
      const holder = byNumber.get(thread) ?? { number: thread, crashed: false, fsBase: null };
      holdersOf.set(value, [...(holdersOf.get(value) ?? []), holder]);
    }
    const groups = [...holdersOf].filter(([, holders]) => holders.length > 0);
    const seen = groups.slice(0, MAX_SHOWN).map(([value, holders]) => {
      const held = value === null ? "unreadable" : value === "0x0" ? "null" : value;
      return `${held} in ${namedThreads(holders)}`;
    });
    const more = groups.length > MAX_SHOWN ? `; ${groups.length - MAX_SHOWN} more values` : "";
    return [`${accessor} is thread-local: ${seen.join("; ")}${more}`];
  });
}
