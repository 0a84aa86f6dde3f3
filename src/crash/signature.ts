import { createHash } from "node:crypto";
import type { Evidence, GoTrace } from "./evidence.js";
import {
  cFunction,
  cgoCaller,
  goName,
  messageShape,
  shortGoName,
  tellingFrames,
  tellingNames,
} from "./frames/go-story.js";
import { hangStory } from "./frames/hang-story.js";
import { frameTitle, frameToken, nativeStory } from "./frames/native-story.js";
import type { Outcome } from "./outcome.js";
import { oneLine } from "../text/printable.js";
import { sanitizerStory } from "./frames/sanitizer-story.js";
import { recursiveFunctions } from "./frames/stack-overflow.js";
import { shownName, symbolName } from "./symbol.js";
import { crashedThread } from "./frames/thread-story.js";

/** A name for "the same crash". */
export interface Signature {
  /** 12 hex digits: the start of the sha256 of what the title says, without what differs from run to run. */
  readonly id: string;
  /** As a bug's title: `SIGSEGV in internal_getpwuid_r (libnss_compat.so.2), called from user.Current`. */
  readonly title: string;
}

const MAX_TITLE = 160;

/**
 * The signature of what happened: its signal, where it crashed and who called that. It holds no address, PID, thread
 * number, line or build (but for code without symbols, which has no other name), so that it is the same under ASLR, after
 * small changes of the source, and on two versions of a libc. Go and native frames of one crash give one: where from
 * gdb, called by whom from Go. Frames that cannot be trusted are not used.
 */
export function signatureOf(
  evidence: Pick<Evidence, "go" | "siginfo" | "threads" | "explanation"> &
    Partial<Pick<Evidence, "sanitizer">>,
  outcome: Outcome,
): Signature {
  if (evidence.sanitizer && (outcome.outcome === "exit" || outcome.outcome === "crash")) {
    const { parts, title } = sanitizerStory(evidence.sanitizer);
    return signature(parts, title);
  }
  if (outcome.outcome === "exit")
    return signature([`exit ${outcome.exitCode}`], `exit status ${outcome.exitCode}`);
  if (outcome.outcome === "timeout") return ofHang(evidence);
  if (outcome.outcome === "clean") return signature(["clean"], "exit status 0");
  if (outcome.outOfMemory) return signature(["out of memory"], "SIGKILL: out of memory");
  const { go, siginfo } = evidence;
  // A panic is Go's own end: whatever signal began it, Go's frames tell it.
  if (go !== null && (siginfo === null || go.kind === "panic" || !go.signal)) return ofGo(go);
  const signal = siginfo?.signal ?? outcome.signal ?? "crash";
  if (siginfo !== null || evidence.threads.length > 0) return ofNative(evidence, signal, go);
  return signature([signal], signal);
}

function signature(parts: readonly string[], title: string): Signature {
  const id = createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 12);
  return { id, title: oneLine(title, MAX_TITLE) };
}

/** Where it hangs; where gdb saw none of it, all hangs are one. */
function ofHang(evidence: Pick<Evidence, "go" | "threads">): Signature {
  const { thread, goroutine, place, caller } = hangStory(evidence);
  if (goroutine !== null) {
    const names = tellingFrames(goroutine.frames).map((frame) => goName(frame.function));
    const [innermost] = names;
    const state = goroutine.state === "runnable" ? "running" : oneLine(goroutine.state, 40);
    const where = innermost === undefined ? "" : ` in ${shortGoName(innermost)}`;
    return signature(["timeout", "go", state, ...names.slice(0, 3)], `hang (${state})${where}`);
  }
  const call = thread?.waits?.call ?? null;
  // musl has no unwind tables: who called is not known.
  if (place === null && call !== null)
    return signature(["timeout", "call", call], `hang in the system call ${call}`);
  if (place === null) return signature(["timeout"], "time-out: still running at its time limit");
  const parts = ["timeout", frameToken(place), ...(caller === null ? [] : [frameToken(caller)])];
  return signature(
    parts,
    `hang in ${frameTitle(place)}${caller === null ? "" : `, called from ${frameTitle(caller)}`}`,
  );
}

function ofGo(go: GoTrace): Signature {
  const names = tellingNames(go, 3);
  const [innermost] = names;
  const signalled = go.kind !== "panic" && go.signal !== null ? go.signal.name : null;
  if (signalled !== null) {
    const caller = cgoCaller(go);
    const inC = go.signal?.duringCgo ? (cFunction(go) ?? "C code") : null;
    const place = inC === null ? innermost : caller;
    const where = place === null || place === undefined ? "" : shortGoName(place);
    const title =
      inC === null
        ? `${signalled}${where && ` in ${where}`}`
        : `${signalled} in ${inC}, called from ${where}`;
    return signature(["go", signalled, inC ?? "", place ?? ""], title);
  }
  const where = innermost === undefined ? "" : ` in ${shortGoName(innermost)}`;
  // All frames of a stack overflow are those of the recursion.
  const told = go.message.includes("stack overflow") ? [...new Set(names)].sort() : names;
  return signature(["go", go.kind, messageShape(go.message), ...told], `${oneLine(go.message, 100)}${where}`);
}

function ofNative(
  evidence: Pick<Evidence, "threads" | "explanation">,
  signal: string,
  go: GoTrace | null,
): Signature {
  const { explanation } = evidence;
  const frames = crashedThread(evidence.threads)?.frames ?? [];
  if (explanation?.kind === "stack-overflow") {
    const functions = recursiveFunctions(frames);
    const innermost = frames[0];
    const names = functions.length > 0 ? functions : innermost ? [frameTitle(innermost)] : [];
    const tokens =
      functions.length > 0 ? functions.map(symbolName) : innermost ? [frameToken(innermost)] : [];
    return signature(
      [signal, "stack-overflow", ...tokens],
      `${signal}: stack overflow in ${names.slice(0, 3).join(", ")}`,
    );
  }
  const { innermost, caller, allocator, ...story } = nativeStory(evidence);
  const goCaller = go === null ? null : cgoCaller(go);
  // Go's frames tell by themselves by which function C was entered.
  const entry = goCaller === null ? story.entry : null;
  const by = goCaller ?? (caller === null ? null : frameToken(caller));
  const calledFrom = goCaller !== null ? shortGoName(goCaller) : caller === null ? null : frameTitle(caller);
  const told = explanation?.kind === "abort" ? abortWords(explanation.text) : null;
  const parts = [signal];
  if (told?.assertion) parts.push(`assertion ${told.assertion}`);
  // Without a place the words are all that parts one abort from another.
  else if (told !== null && innermost === null) parts.push(wordsShape(told.title));
  parts.push(allocator ? "allocator" : innermost === null ? "nowhere" : frameToken(innermost));
  if (entry !== null) parts.push(`under ${symbolName(entry.function ?? "")}`);
  if (by !== null) parts.push(by);
  const what = told === null ? signal : `${signal}: ${oneLine(told.title, 90)}`;
  // The allocator's own frames differ from one libc to the next, and say nothing of who spoilt the heap.
  const where =
    innermost === null || (allocator && calledFrom !== null)
      ? ""
      : frameToken(innermost) === "nowhere"
        ? " outside of any code"
        : ` in ${frameTitle(innermost)}${entry === null ? "" : ` under ${shownName(entry.function ?? "??")}`}`;
  return signature(parts, `${what}${where}${calledFrom === null ? "" : `, called from ${calledFrom}`}`);
}

/** Words before an abort without what differs from run to run; types and reasons in quotes stay. */
function wordsShape(words: string): string {
  return words.slice(0, 300).replace(/0x[0-9a-f]+|\d+/gi, "#");
}

/** What a title says of an abort: the assertion, or libc's message, without the words that explain it. */
function abortWords(text: string): { title: string; assertion: string | null } | null {
  // glibc's form, then musl's: `Assertion failed: EXPRESSION (FILE: FUNCTION: LINE)`.
  const assertion =
    /[Aa]ssertion [`'"](.*)['"] failed/.exec(text)?.[1] ??
    /Assertion failed: (.*) \(.*: \d+\)$/.exec(text)?.[1];
  if (assertion !== undefined) return { title: `assertion \`${assertion}' failed`, assertion };
  const colon = text.indexOf(": ");
  // That is no more than the signal's name says.
  if (colon === -1 && text.startsWith("the process sent itself")) return null;
  return { title: colon === -1 ? text : text.slice(colon + 2), assertion: null };
}
