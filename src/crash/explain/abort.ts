import type { Explained } from "./explained.js";
import type { Explanation, Frame } from "../evidence.js";
import { oneLine } from "../../text/printable.js";
import { libcMessage } from "./libc-message.js";
import { FAULT_SIGNALS } from "../signal.js";
import { crashedThread } from "../frames/thread-story.js";
import { symbolName } from "../symbol.js";

const TERMINATE = /^std::(?:__)?terminate/;

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

/** Frames between abort() and the kernel, which differ from one libc to the next. */
function names(frames: readonly Frame[]): string[] {
  return frames.flatMap((frame) => (frame.function === null ? [] : [symbolName(frame.function)]));
}

/** Explains a process that gave up by itself (abort) or that a signal from a process ended; null for other faults. */
export function explainAbort({ siginfo, threads, abortMessage, stderr }: Explained): Explanation | null {
  const crashed = crashedThread(threads);
  const stack = names(crashed?.frames.filter((frame) => frame.trusted) ?? []);
  const message = abortMessage === null ? null : oneLine(abortMessage, 300);
  if (siginfo.signal === "SIGABRT") {
    // Without a stack its last words are all that tells.
    const told = stack.length === 0 || stack.some((name) => TERMINATE.test(name));
    const words = told ? terminated(stderr) : null;
    if (words !== null) return words;
    const way = WAYS.find(([pattern]) => stack.some((name) => pattern.test(name)));
    const known = message === null ? null : libcMessage(message);
    const heap = stack.some((name) => /^malloc_printerr/.test(name));
    if (known !== null && !heap) {
      return { kind: "abort", text: `${known.meaning}: ${known.words}`, operand: null, facts: [] };
    }
    if (way !== undefined || message !== null) {
      const what = way?.[1] ?? "abort() left a message";
      return {
        kind: "abort",
        text: message === null ? what : `${what}: ${message}`,
        operand: null,
        facts: known === null ? [] : [known.meaning],
      };
    }
  }
  if (siginfo.code === null) {
    if (FAULT_SIGNALS.has(siginfo.signal)) return null;
    return {
      kind: "sent-signal",
      text: `${siginfo.signal}; who sent it is not known`,
      operand: null,
      facts: [],
    };
  }
  // si_code <= 0: a process sent it (sigaction(2)), so that there is no fault to decode.
  if (siginfo.code > 0 && siginfo.code !== 128) return null;
  if (siginfo.code === 128 && FAULT_SIGNALS.has(siginfo.signal)) return null;
  if (siginfo.code > 0) {
    const text = `${siginfo.signal} was sent by the kernel`;
    return { kind: "sent-signal", text, operand: null, facts: [] };
  }
  const own = siginfo.sender !== null && threads.some((thread) => thread.lwp === siginfo.sender);
  if (own && siginfo.signal === "SIGABRT") {
    // musl keeps no message and has no unwind tables: only the program's words say why.
    const words = lastWords(stderr);
    const text = `the process sent itself SIGABRT, as abort() does${words === null ? "" : `; its last words: ${words}`}`;
    return { kind: "abort", text, operand: null, facts: [] };
  }
  const raised = stack.find((name) => /^(?:raise|kill|tgkill|pthread_kill|sigqueue)$/.test(name));
  const who = own
    ? `the process itself${raised === undefined ? "" : ` by ${raised}()`}`
    : siginfo.sender === null
      ? "a process"
      : siginfo.sender === 0
        ? "a process outside of its PID namespace, or the kernel"
        : `process ${siginfo.sender}`;
  const text = `${siginfo.signal} was sent by ${who}; no instruction faulted`;
  return { kind: "sent-signal", text, operand: null, facts: [] };
}

/** What the C++ runtime says before it aborts: libstdc++'s and libc++abi's terminate handlers. */
const LAST_WORDS =
  /^(?:terminate called after throwing an instance of '(.+)'(?:\n {2}what\(\): +(.*))?|libc\+\+abi: terminating (?:due to|with) uncaught exception of type ([^:\n]+(?:::[^:\n]+)*)(?:: (.*))?|terminate called without an active exception)$/gm;

/** std::terminate, as its own last words tell it; null where there are none. */
function terminated(stderr: string): Explanation | null {
  const match = [...stderr.matchAll(LAST_WORDS)].at(-1);
  if (match === undefined) return null;
  const [, gnuType, gnuWhat, llvmType, llvmWhat] = match;
  const type = gnuType ?? llvmType;
  const what = gnuWhat ?? llvmWhat;
  if (type === undefined) {
    const fact = "so ends a std::thread that is destroyed before it is joined, and a rethrow of nothing";
    return {
      kind: "abort",
      text: "std::terminate: no exception was active",
      operand: null,
      facts: [fact],
    };
  }
  return {
    kind: "abort",
    text: `std::terminate: uncaught ${oneLine(type, 200)}`,
    operand: null,
    facts: what === undefined || what === "" ? [] : [`its last words: ${oneLine(what, 300)}`],
  };
}

/** The last line on standard error, where it is one that a C library writes before it aborts. */
function lastWords(stderr: string): string | null {
  const line = stderr.trimEnd().split("\n").at(-1) ?? "";
  return /Assertion .*failed|^Assertion failed: |^\*\*\* .* \*\*\*/.test(line) ? oneLine(line, 300) : null;
}
