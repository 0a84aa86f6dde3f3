/** A message with which a C library ends a process: its words without the decoration, and what they mean. */
export interface LibcMessage {
  /** `longjmp causes uninitialized stack frame`: without asterisks and `: terminated`. */
  readonly words: string;
  /** A clause, without a colon, that says what was found, and by whom. */
  readonly meaning: string;
}

/**
 * What glibc says as it gives up (debug/, malloc/malloc.c, nptl/, libio/ of 2.31 to 2.44), each with what it means. The first that
 * fits counts.
 */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [
    /^stack smashing detected/,
    "a function found, as it returned, that the canary behind its arrays was overwritten",
  ],
  [
    /^longjmp causes uninitialized stack frame/,
    "longjmp (fortified) found that the frame to jump to is not further out on this stack (it has returned already, or lies on another stack, as where coroutines change stacks with longjmp)",
  ],
  [/buffer overflow detected/, "a fortified function found that more would be written than its buffer holds"],
  [/^invalid %N\$ use detected/, "printf (fortified) found a format whose numbered arguments leave one out"],
  [/^%n in writable segment/, "printf (fortified) found %n in a format that lies in writable memory"],
  [/^bit out of range/, "FD_SET (fortified) was given a descriptor that an fd_set has no bit for"],
  [/^invalid open\w* call/, "open (fortified) was called with O_CREAT or O_TMPFILE and without a mode"],
  [
    /^double free or corruption \(out\)/,
    "free found that the block it was given ends outside of the heap: its size was overwritten, as where something wrote past the end of the block before, or malloc did not give it out",
  ],
  [
    /^double free or corruption \(!prev\)/,
    "free was given memory that is free already, or the size of the block behind it was overwritten",
  ],
  [/^(?:free\(\): )?double free/, "free was given memory that is free already"],
  [
    /^munmap_chunk\(\): invalid pointer|^(?:free|realloc)\(\): invalid pointer/,
    "free or realloc was given a pointer that malloc did not give out, or the bytes before it were overwritten",
  ],
  [
    /^free\(\): invalid (?:size|next size)/,
    "free found the size of a block, or of the next one, overwritten, as where something wrote past the end of a block",
  ],
  [
    /^realloc\(\): invalid (?:next|old) size/,
    "realloc found the size of a block, or of the next one, overwritten, as where something wrote past the end of a block",
  ],
  [
    /^corrupted (?:size vs\. prev_size|double-linked list)|^malloc(?:_consolidate)?\(\): |^sysmalloc: |^tcache_thread_shutdown\(\): |^free\(\): (?:unaligned|too many|corrupted)|^invalid fastbin entry|^break adjusted to free malloc space|^munmap_chunk\(\): |^Fatal glibc error: malloc(?: assertion failure|\.c:\d)|^(?:\S{1,200}: )?malloc\.c:\d{1,9}: \w{1,60}: Assertion/,
    "malloc found its own lists overwritten, as where something wrote past the end of a block, or into one that was free",
  ],
  [
    /^FATAL: exception not rethrown/,
    "a catch (...) swallowed the exception with which glibc ends a cancelled thread",
  ],
  [
    /^libgcc_s\.so\.1 must be installed/,
    "a thread was cancelled or ended, and libgcc_s.so.1, which unwinds its stack, could not be loaded",
  ],
  [
    /^Fatal error: glibc detected an invalid stdio handle/,
    "a FILE has a table of functions that is none of libc's, as where it was overwritten, or is free already",
  ],
  [
    /^The futex facility returned an unexpected error code/,
    "a lock's futex call failed as it never should, as where the lock was overwritten, or is free already",
  ],
  [/^Fatal glibc error: /, "libc found its own state impossible"],
];

/** What a message of libc's says; null where it is none that is known here. */
export function libcMessage(text: string): LibcMessage | null {
  const words = text
    .replace(/^\*{3} +/, "")
    .replace(/ *\*{3}.*$/s, "")
    .replace(/: terminated$/, "")
    .trim();
  const found = MEANINGS.find(([pattern]) => pattern.test(words));
  return found === undefined ? null : { words, meaning: found[1] };
}

/** The words of a message without their decoration, known or not. */
export function plainWords(text: string): string {
  return libcMessage(text)?.words ?? text;
}
