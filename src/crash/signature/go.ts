import type { GoFrame, GoTrace } from "../evidence.js";
import {
  cFunction,
  cgoCaller,
  crashedFrames,
  gaveUp,
  isSystemCall,
  goName,
  goTitle,
  isOfGo,
  messageShape,
  tellingFrames,
  thrownFrames,
} from "../frames/go-story.js";
import { oneLine } from "../../text/printable.js";
import { signature, type Signature } from "./name.js";

const MAX_MESSAGE = 100;

/** The signature of a crash that Go's own trace tells. */
export function signatureOfGo(go: GoTrace): Signature {
  const thrown = thrownFrames(go);
  if (thrown !== null) return ofThrow(go, thrown);
  return go.kind !== "panic" && go.signal !== null ? ofSignal(go, go.signal) : ofMessage(go);
}

/** The runtime's own words differ from one Go to the next, or are lost as it gives up; the function that threw is the same. */
function ofThrow(go: GoTrace, frames: ReturnType<typeof crashedFrames>): Signature {
  const [by, caller] = frames;
  const place = by === undefined ? "" : ` in ${goTitle(by.function)}`;
  const from =
    caller === undefined || caller.function === by?.function
      ? ""
      : `, called from ${goTitle(caller.function)}`;
  const message = gaveUp(go) ? `fatal error (then ${go.message})` : go.message;
  return signature(
    ["go", "throw", by === undefined ? "" : goName(by.function)],
    `${oneLine(message, MAX_MESSAGE)}${place}${from}`,
  );
}

function isFault(signal: string): boolean {
  return /^SIG(?:SEGV|BUS|ILL|FPE)$/.test(signal);
}

function ofSignal(go: GoTrace, { name, duringCgo }: NonNullable<GoTrace["signal"]>): Signature {
  const innermost = tellingFrames(crashedFrames(go))[0]?.function;
  const inC = duringCgo || (isFault(name) && isSystemCall(innermost)) ? (cFunction(go) ?? "C code") : null;
  const place = inC === null ? innermost : (cgoCaller(go) ?? undefined);
  const where = place === undefined ? "" : goTitle(place);
  const title =
    inC === null ? `${name}${where && ` in ${where}`}` : `${name} in ${inC}, called from ${where}`;
  return signature(["go", name, inC ?? "", place === undefined ? "" : goName(place)], title);
}

function ofMessage(go: GoTrace): Signature {
  const frames = tellingFrames(crashedFrames(go)).slice(0, 3);
  const names = frames.map((frame) => goName(frame.function));
  const where = frames[0] === undefined ? "" : ` in ${goTitle(frames[0].function)}`;
  // All frames of a stack overflow are those of the recursion.
  const told = go.message.includes("stack overflow") ? [...new Set(names)].sort() : names;
  return signature(
    ["go", go.kind, messageShape(go.message), ...told],
    `${oneLine(go.message, MAX_MESSAGE)}${where}${calledFrom(frames[0], go)}`,
  );
}

/** Where Go's own library complains, its caller is the one to look at. */
function calledFrom(innermost: GoFrame | undefined, go: GoTrace): string {
  if (innermost === undefined || !isOfGo(innermost)) return "";
  const caller = tellingFrames(crashedFrames(go)).find((frame) => !isOfGo(frame));
  return caller === undefined ? "" : `, called from ${goTitle(caller.function)}`;
}
