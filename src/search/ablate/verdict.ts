import { holm } from "../../stats/exact/holm.js";
import { exactTest } from "../../stats/exact/boschloo.js";
import { upperBound } from "../../stats/interval/bound.js";
import type { Tally } from "../../stats/tally.js";
import type { PartAnswer } from "./part-answer.js";

export type PartVerdict =
  | "needed"
  | "makes it likelier"
  | "holds it back"
  | "changes the crash"
  | "no difference shown"
  | "cannot be built without";

export interface Judged {
  readonly verdict: PartVerdict;
  /** After Holm's correction for all parts; null where nothing was measured. */
  readonly pValue: number | null;
  /** The rate that none of the attempts excludes; null where some crashed. */
  readonly excludedAbove: number | null;
}

const LEVEL = 0.05;

/**
 * What each part is to the crash, by Boschloo's test of the program without it against the whole program, with Holm's correction over all
 * parts. Same order as the answers; the answer of a part that was not measured is null.
 */
export function judgeParts(answers: readonly (PartAnswer | null)[], whole: Tally): (Judged | null)[] {
  const measured = answers.map((answer) => (answer?.attempts ?? 0) > 0);
  const pValues = answers.map((answer, i) =>
    measured[i] && answer !== null
      ? exactTest(whole, { attempts: answer.attempts, counted: sameOf(answer) })
      : null,
  );
  const adjusted = holm(pValues.filter((p) => p !== null));
  let at = 0;
  return answers.map((answer, i) => {
    if (answer === null) return null;
    const pValue = pValues[i] === null ? null : (adjusted[at++] ?? 1);
    const same = sameOf(answer);
    return {
      verdict: verdictOf(answer, same, pValue ?? 1, whole),
      pValue,
      excludedAbove: answer.attempts > 0 && same === 0 ? upperBound(answer.attempts, 1 - LEVEL) : null,
    };
  });
}

/** Attempts that crashed as the whole program does: none where gdb saw another crash. */
function sameOf({ counted, otherCrash }: PartAnswer): number {
  return otherCrash === null ? counted : 0;
}

function verdictOf(answer: PartAnswer, same: number, p: number, whole: Tally): PartVerdict {
  if (answer.refused !== null) return "cannot be built without";
  const differs = p < LEVEL;
  if (same === 0) {
    const ended = answer.others.some(({ outcome }) => outcome === "crash" || outcome === "timeout");
    if (answer.otherCrash !== null || (ended && differs)) return "changes the crash";
    return differs ? "needed" : "no difference shown";
  }
  if (!differs) return "no difference shown";
  return same / answer.attempts < whole.counted / whole.attempts ? "makes it likelier" : "holds it back";
}
