import type { StoryFrame } from "../../run/scheduled/stops.js";
import type { Frame } from "../evidence.js";
import { isOwnFrame, lambdaTitle } from "../frames/native-story.js";
import { baseName } from "../source-place.js";
import { shownName, symbolName } from "../symbol.js";

/** The program's own code that a thread is in: the innermost frame of it, and what that called. */
export interface OwnCode {
  /** `reader`, `a lambda of server.cc`. */
  readonly function: string;
  /** `race.c:9`. */
  readonly source: string;
  /** The function of a library that it called; null where it is the innermost itself. */
  readonly called: string | null;
}

/** Null where no frame with a line of source is the program's own: libc, the C++ library's templates and the start of a thread are not. */
export function ownCode(frames: readonly StoryFrame[]): OwnCode | null {
  const stack = frames.map(asFrame);
  const at = stack.findIndex((frame) => frame.line !== null && isOwnFrame(frame, stack));
  const own = stack[at];
  if (own?.file == null) return null;
  return {
    function: lambdaTitle(own) ?? nameOf(own),
    source: `${baseName(own.file)}:${own.line}`,
    called: at === 0 ? null : nameOf(stack[at - 1] as Frame),
  };
}

/** Where a thread stands: `in strlen, called from reader at race.c:9`; empty where that is not known. */
export function describePlace(frames: readonly StoryFrame[]): string {
  const [inner] = frames;
  return inner === undefined ? "" : described(nameOf(asFrame(inner)), ownCode(frames));
}

/** Where a thread waits or ends the program, by what that called for it: `in pthread_join, called from main at race.c:30`. */
export function describeCall(frames: readonly StoryFrame[]): string {
  const own = ownCode(frames);
  return own?.called == null ? describePlace(frames) : described(own.called, own);
}

/** Where a thread jumped to what is no code: `outside of any code, called from reader at race.c:9`. */
export function describeNowhere(frames: readonly StoryFrame[]): string {
  const own = ownCode(frames);
  return `outside of any code${own === null ? "" : `, called from ${own.function} at ${own.source}`}`;
}

function described(name: string, own: OwnCode | null): string {
  if (own === null) return `in ${name}`;
  const place = `${own.function} at ${own.source}`;
  return own.called === null ? `in ${place}` : `in ${name}, called from ${place}`;
}

function nameOf({ function: name, module }: Frame): string {
  if (name === null) return module ?? "code without a name";
  // Inside of libc, one of these goes by several names.
  return /^_*pthread_/.test(name) ? symbolName(name) : shownName(name).replace(/@.*$/, "");
}

function asFrame({ function: name, file, line, object }: StoryFrame): Frame {
  return {
    function: name,
    module: object,
    file: line === null ? null : file,
    line,
    offset: null,
    address: "0x0",
    buildId: null,
    args: null,
    trusted: true,
  };
}
