import type { Evidence, Explanation, Frame, GoTrace } from "../evidence.js";
import { plainWords } from "../explain/libc-message.js";
import { cgoCaller, goName, goTitle } from "../frames/go-story.js";
import {
  frameTitle,
  frameToken,
  isGoRuntime,
  isOwnFrame,
  isSystem,
  nativeStory,
  trustedFrames,
  type NativeStory,
} from "../frames/native-story.js";
import { recursiveFunctions } from "../frames/stack-overflow.js";
import { crashedThread } from "../frames/thread-story.js";
import { shownName, symbolName } from "../symbol.js";
import { saidShape } from "../said.js";
import { oneLine } from "../../text/printable.js";
import { signature, weakSignature, type Signature } from "./name.js";

type Seen = Pick<Evidence, "threads" | "explanation"> & Partial<Pick<Evidence, "debugInfo">>;

/** The signature of a crash that gdb saw; `go` tells who called C. */
export function signatureOfNative(evidence: Seen, signal: string, go: GoTrace | null): Signature {
  const { explanation } = evidence;
  if (explanation?.kind === "stack-overflow") return ofStackOverflow(evidence, signal);
  const story = nativeStory(evidence);
  const told = explanation?.kind === "abort" ? abortWords(explanation) : null;
  const by = calledBy(story, go);
  const assertion = told?.assertion ?? null;
  if (by === null && assertion === null && !isTelling(story.innermost, evidence))
    return ofLibcAlone(evidence, signal, story.innermost, told?.title ?? null);
  // Go's frames tell by themselves by which function C was entered.
  const under = by?.inGo === true ? null : story.entry;
  const parts = [
    signal,
    ...present(assertion, (text) => `assertion ${text}`),
    placeToken(story),
    ...present(under, (frame) => `under ${symbolName(frame.function ?? "")}`),
    ...present(by, ({ token }) => token),
  ];
  const title = [
    told === null ? signal : `${signal}: ${oneLine(told.title, 90)}`,
    whereOf(story, under, by !== null, told !== null),
    ...present(by, ({ title: name }) => `, called from ${name}`),
  ];
  return signature(parts, title.join(""));
}

function present<T>(value: T | null, text: (value: T) => string): string[] {
  return value === null ? [] : [text(value)];
}

function placeToken({ allocator, innermost }: NativeStory): string {
  if (allocator) return "allocator";
  return innermost === null ? "nowhere" : frameToken(innermost);
}

/** The allocator's own frames differ from one libc to the next, and say nothing of who spoilt the heap. */
function whereOf(
  { innermost, allocator }: NativeStory,
  under: Frame | null,
  called: boolean,
  worded: boolean,
): string {
  if (innermost === null) return "";
  if (allocator && called) return worded ? "" : " in the allocator";
  const place = placeOf(innermost);
  if (under === null || frameToken(innermost) === "nowhere") return place;
  const entry = shownName(under.function ?? "??");
  // A fortified function is entered by one of its own name.
  return place === ` in ${entry}` ? place : `${place} under ${entry}`;
}

/** Who called what crashed: Go's function where Go tells it, else the program's own frame; null where nobody is known. */
function calledBy(
  { caller, innermost }: Pick<NativeStory, "caller" | "innermost">,
  go: GoTrace | null,
): { readonly token: string; readonly title: string; readonly inGo: boolean } | null {
  const goCaller = go === null ? null : cgoCaller(go);
  // A fault in Go's own code: the frame itself is no caller of its own.
  if (goCaller !== null && goCaller !== innermost?.function)
    return { token: goName(goCaller), title: goTitle(goCaller), inGo: true };
  return caller === null ? null : { token: frameToken(caller), title: frameTitle(caller), inGo: false };
}

function placeOf(frame: Frame): string {
  return frameToken(frame) === "nowhere" ? " outside of any code" : ` in ${frameTitle(frame)}`;
}

/** Whether the innermost frame tells one crash from another by itself: it is the program's, or of a library that is not the system's. */
function isTelling(frame: Frame | null, { threads, debugInfo = null }: Seen): boolean {
  if (frame === null) return false;
  const stack = trustedFrames(crashedThread(threads) ?? { frames: [] });
  if (isOwnFrame(frame, stack, debugInfo) || isGoRuntime(frame)) return true;
  return frame.function === null && frame.module !== null && frame.offset !== null && !isSystem(frame);
}

/** Where nobody outside libc is known: the kind of fault, the function of libc, and the one that called it. */
function ofLibcAlone(
  { threads, explanation }: Seen,
  signal: string,
  innermost: Frame | null,
  words: string | null,
): Signature {
  const thread = crashedThread(threads);
  const from = innermost === null ? null : nextNamed(thread === null ? [] : trustedFrames(thread), innermost);
  const place = innermost === null ? (thread?.frames[0]?.module ?? "nowhere") : frameToken(innermost);
  const parts = [
    signal,
    explanation?.kind ?? "unknown",
    place,
    ...present(words, saidShape),
    ...(from === null ? [] : [frameToken(from)]),
  ];
  const what = words === null ? signal : `${signal}: ${oneLine(words, 90)}`;
  const where = innermost === null ? "" : placeOf(innermost);
  return weakSignature(parts, `${what}${where}${from === null ? "" : `, called from ${frameTitle(from)}`}`);
}

function nextNamed(trusted: readonly Frame[], frame: Frame): Frame | null {
  return trusted.slice(trusted.indexOf(frame) + 1).find(({ function: name }) => name !== null) ?? null;
}

/** As a function that calls itself is named: a short recursion and a long one are one. */
function functionToken(frame: Frame): string {
  return frame.function === null ? frameToken(frame) : symbolName(frame.function);
}

function ofStackOverflow({ threads, debugInfo = null }: Seen, signal: string): Signature {
  const thread = crashedThread(threads);
  const frames = thread?.frames ?? [];
  const functions = recursiveFunctions(frames);
  const innermost = frames[0];
  const stack = thread === null ? [] : trustedFrames(thread);
  const owned = innermost !== undefined && isOwnFrame(innermost, stack, debugInfo);
  // libc's memset only met the end of a stack that its callers had filled.
  const caller =
    functions.length > 0 || owned
      ? null
      : (stack.slice(1).find((frame) => isOwnFrame(frame, stack, debugInfo)) ?? null);
  const names = functions.length > 0 ? functions : innermost ? [frameTitle(innermost)] : [];
  const tokens =
    functions.length > 0 ? functions.map(symbolName) : innermost ? [functionToken(innermost)] : [];
  return signature(
    [signal, "stack-overflow", ...tokens, ...present(caller, functionToken)],
    `${signal}: stack overflow in ${names.slice(0, 3).map(shownName).join(", ")}${caller === null ? "" : `, called from ${frameTitle(caller)}`}`,
  );
}

/** What a title says of an abort: the assertion, or libc's message, without the words that explain it. */
function abortWords({
  text,
  words,
}: Pick<Explanation, "text" | "words">): { title: string; assertion: string | null } | null {
  if (words !== undefined) return { title: words, assertion: null };
  // glibc's form, then musl's: `Assertion failed: EXPRESSION (FILE: FUNCTION: LINE)`.
  const assertion =
    /[Aa]ssertion [`'"](.*)['"] failed/.exec(text)?.[1] ??
    /Assertion failed: (.*) \(.*: \d+\)$/.exec(text)?.[1];
  if (assertion !== undefined) return { title: `assertion \`${assertion}' failed`, assertion };
  const colon = text.indexOf(": ");
  // That is no more than the signal's name says.
  if (colon === -1 && text.startsWith("the process sent itself")) return null;
  return { title: plainWords(colon === -1 ? text : text.slice(colon + 2)), assertion: null };
}
