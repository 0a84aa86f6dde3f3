import type { Explained } from "./explain.js";
import type { Thread } from "./evidence.js";

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
  const library = libraries.find(({ path }) => baseName(path) === module);
  if (library === undefined || library.loadedBy === null) return [];
  return [
    library.loadedBy === crashed.number
      ? `thread ${crashed.number} loaded ${module} at run time and crashed in it`
      : `thread ${library.loadedBy} loaded ${module}; thread ${crashed.number} crashed in it`,
  ];
}

/** What each thread sees of the thread-local state that the code before the fault asked for, with its fs_base. */
export function threadLocalFacts({
  threads,
  threadLocals,
}: Pick<Explained, "threads" | "threadLocals">): string[] {
  const byNumber = new Map(threads.map((thread) => [thread.number, thread]));
  return threadLocals.map(({ accessor, values }) => {
    const seen = values.slice(0, 8).map(({ thread, address, value }) => {
      const known = byNumber.get(thread);
      const base = known?.fsBase ? `, fs_base ${known.fsBase}` : "";
      const held = value === null ? "unreadable" : value === "0x0" ? "null" : value;
      return `thread ${thread}${known?.crashed ? " (crashed" : " ("}${known?.crashed ? base : base.slice(2)}): ${held} at ${address}`.replace(
        " ()",
        "",
      );
    });
    const more = values.length > 8 ? `; ${values.length - 8} more threads` : "";
    return `${accessor} is thread-local: ${seen.join("; ")}${more}`;
  });
}
