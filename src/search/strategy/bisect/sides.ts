import { logMarginal, UNKNOWN, type Beta } from "./beta-binomial.js";
import type { History } from "./history.js";
import type { PointCounts } from "./posterior.js";

/** The attempts of both ends. */
export interface Ends {
  readonly with: PointCounts;
  readonly without: PointCounts;
}

/** A point is of a side where its attempts are so many times as likely there: with some twenty points tried, fewer than one search in a thousand meets a false one. */
const SURE = Math.log(1e5);

/** Points that go with one end or the other by their own attempts, whatever the history says. */
export interface Sides {
  readonly with: readonly number[];
  readonly without: readonly number[];
}

/** Which of the points that were tried are like which end. */
export function sidesOf(counts: readonly PointCounts[], ends: Ends): Sides {
  const rate = ({ attempts, counted }: PointCounts): Beta => ({
    a: UNKNOWN.a + counted,
    b: UNKNOWN.b + attempts - counted,
  });
  const [onWith, onWithout] = [rate(ends.with), rate(ends.without)];
  const sides = { with: [] as number[], without: [] as number[] };
  counts.forEach(({ attempts, counted }, point) => {
    if (attempts === 0) return;
    const odds = logMarginal(counted, attempts, onWith) - logMarginal(counted, attempts, onWithout);
    if (odds > SURE) sides.with.push(point);
    else if (odds < -SURE) sides.without.push(point);
  });
  return sides;
}

/** Whether some single change explains the sides: one that every point of the first has and none of the second. */
export function fitsOneChange({ holds, changes }: History, sides: Sides): boolean {
  if (sides.with.length === 0 || sides.without.length === 0) return true;
  for (let change = 0; change < changes.length; change++) {
    if (
      sides.with.every((point) => holds.has(point, change)) &&
      sides.without.every((point) => !holds.has(point, change))
    )
      return true;
  }
  return false;
}
