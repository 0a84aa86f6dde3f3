import type { Explained } from "./explain.js";
import type { Thread } from "./evidence.js";
import { moduleName } from "./symbol.js";

export function crashedThread(threads: readonly Thread[]): Thread | null {
  return threads.find((thread) => thread.crashed) ?? null;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
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

const MAX_SHOWN = 8;

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
    const seen = values.slice(0, MAX_SHOWN).map(({ thread, address, value }) => {
      const fsBase = byNumber.get(thread)?.fsBase ?? null;
      const notes = [isCrashed(thread) ? "crashed" : null, fsBase === null ? null : `fs_base ${fsBase}`];
      const noted = notes.filter((note) => note !== null).join(", ");
      const held = value === null ? "unreadable" : value === "0x0" ? "null" : value;
      return `thread ${thread}${noted === "" ? "" : ` (${noted})`}: ${held} at ${address}`;
    });
    const more = values.length > MAX_SHOWN ? `; ${values.length - MAX_SHOWN} more threads` : "";
    return [`${accessor} is thread-local: ${seen.join("; ")}${more}`];
  });
}
