import type { Evidence } from "../evidence.js";
import { goName, goTitle, tellingFrames } from "../frames/go-story.js";
import { hangStory } from "../frames/hang-story.js";
import { frameTitle, frameToken } from "../frames/native-story.js";
import { oneLine } from "../../text/printable.js";
import { signature, weakSignature, type Signature } from "./name.js";

/** Where it hangs; where gdb saw none of it, all hangs are one. */
export function signatureOfHang(evidence: Pick<Evidence, "go" | "threads">): Signature {
  const { thread, goroutine, place, caller } = hangStory(evidence);
  if (goroutine !== null) {
    const frames = tellingFrames(goroutine.frames);
    const names = frames.map((frame) => goName(frame.function));
    const [innermost] = frames;
    const state = goroutine.state === "runnable" ? "running" : oneLine(goroutine.state, 40);
    const where = innermost === undefined ? "" : ` in ${goTitle(innermost.function)}`;
    return signature(["timeout", "go", state, ...names.slice(0, 3)], `hang (${state})${where}`);
  }
  const call = thread?.waits?.call ?? null;
  // musl has no unwind tables: who called is not known.
  if (place === null && call !== null)
    return weakSignature(["timeout", "call", call], `hang in the system call ${call}`);
  if (place === null) return weakSignature(["timeout"], "time-out: still running at its time limit");
  const parts = ["timeout", frameToken(place), ...(caller === null ? [] : [frameToken(caller)])];
  return signature(
    parts,
    `hang in ${frameTitle(place)}${caller === null ? "" : `, called from ${frameTitle(caller)}`}`,
  );
}
