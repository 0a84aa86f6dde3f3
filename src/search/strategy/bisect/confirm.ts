import type { Beta } from "./beta-binomial.js";
import type { ConfirmAsk } from "./questions.js";
import type { BisectState } from "./state.js";

/** (3.29 + 2.33)²: quantiles of a two-sided level of 0.001 and of a power of 99 %. */
const FACTOR = 31.6;
/** From here on a change is likely enough to be confirmed: fresh attempts of it and of its parents tell more than any other point does. */
export const LIKELY = 0.9;
const LEAST = 8;
/** Points without the change that are run beside the one with it: a merge has few parents. */
const OTHERS = 4;

/**
 * Fresh attempts of the change and of what it was made from. For changes that cannot be told apart: of the nearest point that has all of them, and of
 * the nearest that has none. As many as show the rates' difference with 99 % where it is what it seems. Null where there are no such points.
 */
export function confirmation(state: BisectState, changes: readonly number[]): ConfirmAsk | null {
  const subject = pointWith(state, changes);
  if (subject === null) return null;
  const others = pointsWithout(state, changes, subject);
  if (others.length === 0) return null;
  const points = [subject, ...others].map((point) => state.options.history.points[point] as string);
  return { kind: "confirm", points, attempts: attemptsFor(state) };
}

function attemptsFor({ posterior, options, costs }: BisectState): number {
  const { with: a, without: b } = posterior.rates();
  const mean = (beta: Beta): number => beta.a / (beta.a + beta.b);
  const [p, q] = [mean(a), mean(b)];
  const needed = Math.ceil((FACTOR * (p * (1 - p) + q * (1 - q))) / (p - q) ** 2);
  const most = Math.max(LEAST, Math.min(4 * options.cap, Math.floor(options.patienceMs / costs.attempt)));
  return Math.min(most, Math.max(LEAST, needed));
}

/** The point with the fewest changes among those that have all of these. */
function pointWith({ options, unbuildable }: BisectState, changes: readonly number[]): number | null {
  const { holds, points } = options.history;
  // Parents come before children, so that the first has the fewest.
  for (let point = 0; point < points.length; point++) {
    if (!unbuildable.has(point) && changes.every((change) => holds.has(point, change))) return point;
  }
  return null;
}

/** The parents of a single change, else the largest points that have none of these changes. */
function pointsWithout(
  { options, unbuildable }: BisectState,
  changes: readonly number[],
  subject: number,
): number[] {
  const { holds, points, parents, changes: all } = options.history;
  const [only] = changes;
  const own = changes.length === 1 && only === subject ? (parents[only] ?? []) : [];
  if (own.length > 0 && own.every((point) => !unbuildable.has(point))) return own.slice(0, OTHERS);
  // Made of what the subject is made of, and without these changes.
  const within = (point: number): boolean =>
    point >= all.length ||
    (holds.has(subject, point) && changes.every((change) => !holds.has(point, change)));
  const fitting = points.map((_, point) => point).filter((point) => !unbuildable.has(point) && within(point));
  const size = (point: number): number => holds.count(point);
  return fitting.sort((a, b) => size(b) - size(a)).slice(0, 1);
}
