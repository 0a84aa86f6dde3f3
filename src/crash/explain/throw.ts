import type { Explanation, GoTrace } from "../evidence.js";
import { gaveUp, goTitle, thrownFrames } from "../frames/go-story.js";

const MAX_FRAMES = 6;

/** Explains a fault that Go's runtime found in itself; null where the program's own code tells the end. */
export function explainThrow(trace: GoTrace): Explanation | null {
  const frames = thrownFrames(trace);
  if (frames === null) return null;
  const chain = frames.slice(0, MAX_FRAMES).map((frame) => goTitle(frame.function));
  const lost = gaveUp(trace)
    ? [
        `it could not print why: \`${trace.message}\`, and it ended with runtime.abort, whose int3 is the ${trace.signal?.name ?? "SIGTRAP"}`,
      ]
    : [];
  return {
    kind: "abort",
    text: `Go's runtime found a fault and ended the program, in ${chain.join(" <- ")}`,
    operand: null,
    facts: lost,
  };
}
