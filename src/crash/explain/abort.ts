import type { Explained } from "./explained.js";
import { explanation } from "./explanation.js";
import type { Explanation, Frame } from "../evidence.js";
import { oneLine } from "../../text/printable.js";
import { libcMessage } from "./libc-message.js";
import { panickedInRust } from "./rust-panic.js";
import { FAULT_SIGNALS } from "../signal.js";
import { crashedThread } from "../frames/thread-story.js";
import { symbolName } from "../symbol.js";

/** The C++ runtime as it ends a program; where an exception leaves a function that may throw none, its own unwinder calls it. */
const TERMINATE =
  /^(?:std::(?:__)?terminate|cxxabiv1::__terminate|cxa_call_terminate|gnu_cxx::__verbose_terminate_handler)/;
/** That unwinder: an exception met a function that may throw none. */
const LEFT_NOEXCEPT = /^(?:cxa_call_terminate|gxx_personality\w*)$/;

/** Which of libc's ways to give up a stack shows, the most telling first. */
const WAYS: readonly (readonly [RegExp, string])[] = [
  [/^assert_(?:fail|perror_fail)(?:_base)?$/, "a failed assertion"],
  [/^malloc_printerr/, "malloc found its heap corrupt"],
  [
    /^stack_chk_fail/,
    "a function found, as it returned, that the canary behind its arrays was overwritten (stack smashing)",
  ],
  [/^chk_fail/, "a fortified function found that more would be written than its buffer holds"],
  [/^fortify_fail/, "a fortified function refused its arguments"],
  [/^libc_fatal$/, "libc gave up (__libc_fatal)"],
  [TERMINATE, "std::terminate was called"],
  [/^abort$/, "abort() was called"],
];

/** What Chromium's, V8's and Swift's ways to give up raise on one processor or the other. */
const TRAPS: ReadonlySet<string> = new Set(["SIGTRAP", "SIGILL"]);

/** Frames between abort() and the kernel, which differ from one libc to the next. */
function names(frames: readonly Frame[]): string[] {
  return frames.flatMap((frame) => (frame.function === null ? [] : [symbolName(frame.function)]));
}

/** `si_code` of a signal that the kernel sent for a reason of its own (SI_KERNEL). */
const SI_KERNEL = 128;

/** Explains a process that gave up by itself (abort) or that a signal from a process ended; null for other faults. */
export function explainAbort(explained: Explained): Explanation | null {
  const frames = crashedThread(explained.threads)?.frames.filter((frame) => frame.trusted) ?? [];
  const stack = names(frames);
  return gaveUp(explained, stack) ?? wasSent(explained, stack);
}

/** A process that called abort(), by the way that its stack or its last words tell; null where neither does. */
function gaveUp({ siginfo, abortMessage, stderr }: Explained, stack: readonly string[]): Explanation | null {
  const trapped = abortMessage !== null && TRAPS.has(siginfo.signal);
  if (siginfo.signal !== "SIGABRT" && !trapped) return null;
  // Without a stack its last words are all that tells.
  const mayBeTerminate = stack.length === 0 || stack.some((name) => TERMINATE.test(name));
  const words = mayBeTerminate
    ? terminated(
        stderr,
        stack.some((name) => LEFT_NOEXCEPT.test(name)),
      )
    : null;
  return (
    words ??
    assertedInCxx(stack, stderr) ??
    panickedInRust(stack, stderr) ??
    gaveUpInLibc(stack, abortMessage, trapped ? "its last words" : "abort() left a message")
  );
}

/** A condition of libstdc++'s own that did not hold (-D_GLIBCXX_ASSERTIONS); it stands at the end of a long line. */
function assertedInCxx(stack: readonly string[], stderr: string): Explanation | null {
  if (!stack.some((name) => /^std::__glibcxx_assert_/.test(name))) return null;
  const said = [...stderr.matchAll(/: (Assertion '.{1,300}' failed\.)$/gm)].at(-1)?.[1];
  return explanation(
    "abort",
    `a failed assertion of libstdc++${said === undefined ? "" : `: ${oneLine(said, 320)}`}`,
  );
}

function gaveUpInLibc(
  stack: readonly string[],
  abortMessage: string | null,
  otherwise: string,
): Explanation | null {
  const way = WAYS.find(([pattern]) => stack.some((name) => pattern.test(name)))?.[1];
  if (abortMessage === null) return way === undefined ? null : explanation("abort", way);
  const message = oneLine(abortMessage, 300);
  const known = libcMessage(message);
  const heap = stack.some((name) => /^malloc_printerr/.test(name));
  // The words themselves are the title.
  if (known !== null && !heap) return { ...explanation("abort", known.meaning), words: known.words };
  const facts = known === null ? [] : [known.meaning];
  return explanation("abort", `${way ?? otherwise}: ${message}`, facts);
}

/** A signal that a process or the kernel sent; null for a fault of an instruction. */
function wasSent(explained: Explained, stack: readonly string[]): Explanation | null {
  const { signal, code } = explained.siginfo;
  const { abortMessage } = explained;
  // si_code <= 0: a process sent it (sigaction(2)), so that there is no fault to decode.
  if (code !== null && code <= 0) return sentByProcess(explained, stack);
  if (FAULT_SIGNALS.has(signal) || (code !== null && code !== SI_KERNEL)) return null;
  if (code !== null) return explanation("sent-signal", `${signal} was sent by the kernel`);
  const why =
    abortMessage === null ? "; who sent it is not known" : ` was sent: ${oneLine(abortMessage, 300)}`;
  return explanation("sent-signal", `${signal}${why}`);
}

function sentByProcess(
  { siginfo: { signal, sender }, threads, stderr }: Explained,
  stack: readonly string[],
): Explanation {
  const own = sender !== null && threads.some((thread) => thread.lwp === sender);
  if (own && signal === "SIGABRT") {
    // musl keeps no message and has no unwind tables: only the program's words say why.
    const words = lastWords(stderr);
    const why = words === null ? "" : `; its last words: ${words}`;
    return explanation("abort", `the process sent itself SIGABRT, as abort() does${why}`);
  }
  const who = own ? ownSender(stack) : otherSender(sender);
  return explanation("sent-signal", `${signal} was sent by ${who}; no instruction faulted`);
}

function ownSender(stack: readonly string[]): string {
  const call = stack.find((name) => /^(?:raise|kill|tgkill|pthread_kill|sigqueue)$/.test(name));
  return `the process itself${call === undefined ? "" : ` by ${call}()`}`;
}

function otherSender(sender: number | null): string {
  if (sender === null) return "a process";
  return sender === 0 ? "a process outside of its PID namespace, or the kernel" : `process ${sender}`;
}

/** What the C++ runtime says before it aborts: libstdc++'s and libc++abi's terminate handlers. */
const LAST_WORDS =
  /^(?:terminate called after throwing an instance of '(.+)'(?:\n {2}what\(\): +(.*))?|libc\+\+abi: terminating (?:due to|with) uncaught exception of type ([^:\n]+(?:::[^:\n]+)*)(?:: (.*))?|terminate called without an active exception)$/gm;

/** std::terminate, as its own last words tell it; null where there are none. */
function terminated(stderr: string, leftNoexcept: boolean): Explanation | null {
  const match = [...stderr.matchAll(LAST_WORDS)].at(-1);
  if (match === undefined) return null;
  const [, gnuType, gnuWhat, llvmType, llvmWhat] = match;
  const type = gnuType ?? llvmType;
  if (type === undefined)
    return explanation("abort", "std::terminate: no exception was active", [
      "so ends a std::thread that is destroyed before it is joined, and a rethrow of nothing",
    ]);
  const what = gnuWhat ?? llvmWhat ?? "";
  return explanation("abort", `std::terminate: uncaught ${oneLine(type, 200)}`, [
    ...(what === "" ? [] : [`its last words: ${oneLine(what, 300)}`]),
    ...(leftNoexcept ? ["it left a destructor, or another function that is noexcept"] : []),
  ]);
}

/** The last line on standard error, where it is one that a C library writes before it aborts. */
function lastWords(stderr: string): string | null {
  const line = stderr.trimEnd().split("\n").at(-1) ?? "";
  return /Assertion .*failed|^Assertion failed: |^\*\*\* .* \*\*\*/.test(line) ? oneLine(line, 300) : null;
}
