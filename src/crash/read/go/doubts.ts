import type { Goroutine } from "../../evidence.js";

/** What came up while a trace was read that makes it doubtful. */
export interface Doubts {
  /** It has no first line. */
  readonly headless: boolean;
  readonly heads: number;
  readonly goroutines: readonly Goroutine[];
  /** Its author ended it with `...`. */
  readonly cut: boolean;
  /** The runner dropped a part of the output. */
  readonly dropped: boolean;
  readonly longMessage: boolean;
  /** Lines within its stacks that are not Go's. */
  readonly foreign: number;
  readonly skippedGoroutines: number;
  readonly skippedFrames: number;
}

/** Why a trace cannot be fully trusted, in words; empty where it can. */
export function doubtsOf(doubts: Doubts): string[] {
  const { goroutines, heads, foreign, skippedGoroutines, skippedFrames } = doubts;
  const reasons: string[] = [];
  const last = goroutines.at(-1);
  if (doubts.headless) reasons.push("its first line is missing");
  if (last === undefined) reasons.push("no goroutine's stack was printed");
  else if (last.frames.length === 0) reasons.push("it ends after a goroutine's first line");
  else if (last.frames.at(-1)?.file === null) reasons.push("it ends within a frame");
  if (doubts.cut) reasons.push("it was cut (...)");
  if (doubts.dropped) reasons.push("part of the output was dropped");
  if (heads > 1)
    reasons.push(`it has ${heads} first lines: threads died together, or a message imitates one`);
  if (doubts.longMessage) {
    reasons.push("the message has several lines; what follows it may be the program's own words");
  }
  if (foreign > 0) reasons.push(`${foreign} line${foreign > 1 ? "s" : ""} within its stacks are not Go's`);
  if (skippedGoroutines > 0) reasons.push(`${skippedGoroutines} more goroutines were not kept`);
  if (skippedFrames > 0) reasons.push(`${skippedFrames} more frames were not kept`);
  return reasons;
}
