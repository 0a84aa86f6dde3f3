import type { Evidence, Frame, GoTrace } from "../evidence.js";
import { plainWords } from "../explain/libc-message.js";
import { cgoCaller, goName, goTitle } from "../frames/go-story.js";
import {
  frameTitle,
  frameToken,
  isOwnFrame,
  isSystem,
  nativeStory,
  trustedFrames,
} from "../frames/native-story.js";
import { recursiveFunctions } from "../frames/stack-overflow.js";
import { crashedThread } from "../frames/thread-story.js";
import { shownName, symbolName } from "../symbol.js";
import { oneLine } from "../../text/printable.js";
import { signature, weakSignature, type Signature } from "./name.js";

type Seen = Pick<Evidence, "threads" | "explanation"> & Partial<Pick<Evidence, "debugInfo">>;

/** The signature of a crash that gdb saw; `go` tells who called C. */
export function signatureOfNative(evidence: Seen, signal: string, go: GoTrace | null): Signature {
  if (evidence.explanation?.kind === "stack-overflow") return ofStackOverflow(evidence, signal);
  const { explanation } = evidence;
  const { innermost, caller, allocator, ...story } = nativeStory(evidence);
  const goCaller = go === null ? null : cgoCaller(go);
  // Go's frames tell by themselves by which function C was entered.
  const entry = goCaller === null ? story.entry : null;
  const told = explanation?.kind === "abort" ? abortWords(explanation.text) : null;
  if (goCaller === null && caller === null && told?.assertion == null && !isTelling(innermost, evidence))
    return ofLibcAlone(evidence, signal, innermost, told?.title ?? null);
  const by = goCaller !== null ? goName(goCaller) : caller === null ? null : frameToken(caller);
  const calledFrom = goCaller !== null ? goTitle(goCaller) : caller === null ? null : frameTitle(caller);
  const parts = [signal];
  if (told?.assertion) parts.push(`assertion ${told.assertion}`);
  parts.push(allocator ? "allocator" : innermost === null ? "nowhere" : frameToken(innermost));
  if (entry !== null) parts.push(`under ${symbolName(entry.function ?? "")}`);
  if (by !== null) parts.push(by);
  const what = told === null ? signal : `${signal}: ${oneLine(told.title, 90)}`;
  // The allocator's own frames differ from one libc to the next, and say nothing of who spoilt the heap.
  const where =
    innermost === null || (allocator && calledFrom !== null)
      ? ""
      : `${placeOf(innermost)}${entry === null ? "" : ` under ${shownName(entry.function ?? "??")}`}`;
  return signature(parts, `${what}${where}${calledFrom === null ? "" : `, called from ${calledFrom}`}`);
}

function placeOf(frame: Frame): string {
  return frameToken(frame) === "nowhere" ? " outside of any code" : ` in ${frameTitle(frame)}`;
}

/** Whether the innermost frame tells one crash from another by itself: it is the program's, or of a library that is not the system's. */
function isTelling(frame: Frame | null, { threads, debugInfo = null }: Seen): boolean {
  if (frame === null) return false;
  const stack = trustedFrames(crashedThread(threads) ?? { frames: [] });
  if (isOwnFrame(frame, stack, debugInfo)) return true;
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
  const trusted = thread === null ? [] : trustedFrames(thread);
  const from =
    innermost === null
      ? undefined
      : trusted.slice(trusted.indexOf(innermost) + 1).find(({ function: name }) => name !== null);
  const kind = explanation?.kind ?? "unknown";
  const what = words === null ? signal : `${signal}: ${oneLine(words, 90)}`;
  const where = innermost === null ? "" : placeOf(innermost);
  const place = thread?.frames[0];
  const parts = [signal, kind, innermost === null ? (place?.module ?? "nowhere") : frameToken(innermost)];
  if (words !== null) parts.push(words);
  if (from !== undefined) parts.push(frameToken(from));
  return weakSignature(
    parts,
    `${what}${where}${from === undefined ? "" : `, called from ${frameTitle(from)}`}`,
  );
}

function ofStackOverflow({ threads }: Seen, signal: string): Signature {
  const frames = crashedThread(threads)?.frames ?? [];
  const functions = recursiveFunctions(frames);
  const innermost = frames[0];
  const names = functions.length > 0 ? functions : innermost ? [frameTitle(innermost)] : [];
  const tokens = functions.length > 0 ? functions.map(symbolName) : innermost ? [frameToken(innermost)] : [];
  return signature(
    [signal, "stack-overflow", ...tokens],
    `${signal}: stack overflow in ${names.slice(0, 3).map(shownName).join(", ")}`,
  );
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
  return { title: plainWords(colon === -1 ? text : text.slice(colon + 2)), assertion: null };
}
