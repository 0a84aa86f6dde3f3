import type { ContextEntry } from "../../docker/engine.js";

/**
 * Libraries that glibc had apart from libc before 2.34, by the flag that links each, and what in a source asks for it. An author
 * on a newer glibc needs no flag, and one on musl never did.
 */
const APART: readonly [flag: string, asked: RegExp][] = [
  ["-ldl", /\b(?:dlm?open|dlv?sym|dlclose|dlerror|dladdr1?|dlinfo)\s*\(/],
  [
    "-lrt",
    /\b(?:timer_(?:create|delete|settime|gettime|getoverrun)|mq_\w+|shm_(?:open|unlink)|aio_\w+|lio_listio)\s*\(/,
  ],
  ["-lutil", /\b(?:openpty|forkpty|login_tty)\s*\(/],
  [
    "-pthread",
    /#\s*include\s*<(?:(?:pthread|threads|semaphore)\.h|thread|future|mutex|shared_mutex|condition_variable|semaphore|latch|barrier|stop_token)>|\bpthread_\w+\s*\(/,
  ],
];

const C_TEXT = /\.(?:c|cc|cpp|cxx|C|h|hh|hpp|hxx|inl|inc|s|S)$/;

/** The flags of such libraries that the sources use. Pure: `files` are path -> content, of which only text is looked at. */
export function librariesApart(files: Readonly<Record<string, ContextEntry>>): string[] {
  const texts = Object.entries(files).flatMap(([path, entry]) =>
    "content" in entry && C_TEXT.test(path) ? [entry.content.toString("latin1")] : [],
  );
  const asked = APART.flatMap(([flag, form]) => (texts.some((text) => form.test(text)) ? [flag] : []));
  // Its timers are threads: a static program needs both.
  return asked.includes("-lrt") && !asked.includes("-pthread") ? [...asked, "-pthread"] : asked;
}
