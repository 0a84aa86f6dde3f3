import { exactTest } from "../../stats/exact/boschloo.js";
import type { Tally } from "../../stats/tally.js";
import { MATTERS } from "../ablate/strategy.js";
import { judgeParts } from "../ablate/verdict.js";
import type { InnerPart, OpenedFunction } from "./inner.js";
import type { Level } from "./level.js";

/** From here on two rates are not taken for the same. */
const LEVEL = 0.01;

/** A call that matters, and what came of the program without it. */
export interface ChosenCall extends InnerPart, Tally {
  readonly verdict: "needed" | "makes it likelier";
}

/**
 * The call that matters most in a function: of those without which the crash is as rare as without the function itself, the last. Of several
 * that are needed the others may be so for what they hand to it, and it for nobody's sake but its own. Null: none is shown to matter.
 */
export function choose(opened: OpenedFunction, level: Level): ChosenCall | null {
  const calls = mattering(opened, level);
  const [rarest] = [...calls].sort((a, b) => rate(a) - rate(b) || b.end - a.end);
  if (rarest === undefined) return null;
  const alike = asRareAs(level.floor ?? rarest, calls);
  const [last] = (alike.length > 0 ? alike : asRareAs(rarest, calls)).sort((a, b) => b.end - a.end);
  return last ?? rarest;
}

/** Whether it was found without which call the crash is as rare as without the function itself. */
export function isFound(opened: OpenedFunction, level: Level): boolean {
  const calls = mattering(opened, level);
  return level.floor === null
    ? calls.some(({ verdict }) => verdict === "needed")
    : asRareAs(level.floor, calls).length > 0;
}

function mattering({ parts }: OpenedFunction, level: Level): ChosenCall[] {
  const judged = judgeParts(level.answers, level.whole);
  return parts.flatMap((part, at): ChosenCall[] => {
    const verdict = judged[at]?.verdict ?? "";
    const answer = level.answers[at];
    if (!part.isCall || answer == null || !MATTERS.has(verdict)) return [];
    const { attempts, counted } = answer;
    return [{ ...part, attempts, counted, verdict: verdict as ChosenCall["verdict"] }];
  });
}

function asRareAs(floor: Tally, calls: readonly ChosenCall[]): ChosenCall[] {
  return calls.filter((call) => rate(call) <= rate(floor) || exactTest(floor, call) > LEVEL);
}

function rate({ attempts, counted }: Tally): number {
  return counted / attempts;
}
