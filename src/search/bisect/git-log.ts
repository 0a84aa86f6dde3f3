import type { BisectState } from "../strategy/bisect/state.js";
import type { Territory } from "./territory.js";

/** What `git bisect log` would print of this search, for `git bisect replay`; `named`: the change, where it was found. */
export function gitBisectLog(state: BisectState, territory: Territory, named: string | null): string {
  const { history, find } = state.options;
  const terms =
    find === "introduced"
      ? { with: "bad", without: "good" }
      : find === "fixed"
        ? { with: "fixed", without: "broken" }
        : { with: "new", without: "old" };
  const said = (point: string): string => `[${point}] ${territory.title(point).replace(/\s+/g, " ")}`;
  const start =
    find === "introduced"
      ? "git bisect start"
      : `git bisect start --term-new=${terms.with} --term-old=${terms.without}`;
  const lines = [start];
  const ends = new Set([state.withEnd, state.withoutEnd]);
  const points = [
    state.withEnd,
    state.withoutEnd,
    ...[...state.records.keys()].filter((point) => !ends.has(point)),
  ];
  for (const point of points) {
    const id = history.points[point] as string;
    const term = state.unbuildable.has(point)
      ? "skip"
      : state.posterior.mass(point) >= 0.5
        ? terms.with
        : terms.without;
    lines.push(`# ${term}: ${said(id)}`, `git bisect ${term} ${id}`);
  }
  if (named !== null) lines.push(`# first ${terms.with} commit: ${said(named)}`);
  return lines.join("\n");
}
