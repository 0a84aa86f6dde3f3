import { exactTest } from "../../stats/exact/boschloo.js";
import { holm } from "../../stats/exact/holm.js";
import type { Tally } from "../../stats/tally.js";
import type { Hold } from "../../plan/schedule.js";
import type { HoldAnswer } from "./hold.js";

/** A place as controls are chosen by. Places come in the order of their addresses. */
export interface ControlPoint {
  readonly place: string;
  /** The function that it is in. */
  readonly group: string;
  readonly crashes: number;
}

/** Places that a hold is compared with, beside no hold at all. */
export const CONTROLS = 4;
/** Attempts that show that a place is none of the crash's; steps of instructions from the hold's own. */
const LOOKS = 8;
const MOST_STEPS = 8;
const LEVEL = 0.05;

/**
 * Places beside a hold's own that bring no crash: the next ones before it and behind it in its function, then some of other functions. Yields a hold at each that
 * may be one, with the same pass and length (`LOOKS` times, or until it crashes: then it is a place of the crash, too), and is told what came of it.
 */
export function* findControls(
  best: Hold,
  points: readonly ControlPoint[],
): Generator<Hold, readonly string[], HoldAnswer> {
  const found: string[] = [];
  for (const [candidates, most] of queues(best.place, points)) {
    let left = most;
    for (const { place } of candidates) {
      if (left === 0 || found.length === CONTROLS) break;
      if (!(yield* brings({ ...best, place }))) {
        found.push(place);
        left--;
      }
    }
  }
  return found;
}

/** Where controls may be, and how many from there. */
function queues(best: string, points: readonly ControlPoint[]): [ControlPoint[], number][] {
  const at = points.findIndex(({ place }) => place === best);
  const group = points[at]?.group;
  const own = points.filter((point) => point.group === group && point.place !== best);
  const before = own.filter((point) => points.indexOf(point) < at).reverse();
  const behind = own.filter((point) => points.indexOf(point) > at);
  const others = spread(
    points.filter((point) => point.group !== group && point.crashes === 0),
    2 * CONTROLS,
  );
  return [
    [before.slice(0, MOST_STEPS), 1],
    [behind.slice(0, MOST_STEPS), 1],
    [others, CONTROLS],
  ];
}

/** Whether a hold brings the crash, as far as some looks tell. A place that is not passed so often is tried at its first pass. */
function* brings(hold: Hold): Generator<Hold, boolean, HoldAnswer> {
  let { pass } = hold;
  for (let look = 0; look < LOOKS; look++) {
    const { crashed, passes } = yield { ...hold, pass };
    if (crashed) return true;
    if (passes < pass) pass = Math.max(1, passes);
  }
  return false;
}

function spread<T>(all: readonly T[], most: number): T[] {
  const step = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(most, all.length) }, (_, i) => all[Math.floor(i * step)] as T);
}

export interface HoldVerdict {
  /** Of each control, corrected for all of them (Holm). */
  readonly adjustedPValues: readonly number[];
  /** The crash comes more often with this hold than with any other that was tried beside it, and than without one. */
  readonly isPlace: boolean;
}

/** Judges a hold by fresh attempts, made in turns with those of its controls: Boschloo's exact test for each, Holm's correction over all. */
export function judgeHold(held: Tally, controls: readonly Tally[]): HoldVerdict {
  const adjustedPValues = holm(controls.map((control) => exactTest(held, control)));
  const rate = ({ counted, attempts }: Tally): number => (attempts === 0 ? 0 : counted / attempts);
  const isPlace =
    controls.length > 0 &&
    controls.every(
      (control, index) => (adjustedPValues[index] as number) < LEVEL && rate(control) < rate(held),
    );
  return { adjustedPValues, isPlace };
}
