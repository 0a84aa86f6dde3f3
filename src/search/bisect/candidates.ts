import type { CandidateRecord } from "../../result/search/candidate.js";
import { rateSoFar } from "../../stats/rate.js";
import type { BisectState, PointRecord } from "../strategy/bisect/state.js";
import type { Territory } from "./territory.js";

/** Every point that was tried, in the history's order, with its counts. `of`: what is counted; `named`: the changes that are named. */
export function candidatesOf(
  state: BisectState,
  territory: Territory,
  of: string,
  named: readonly string[],
): CandidateRecord[] {
  const { history } = state.options;
  const first = history.changes.length;
  // Points before the history come first.
  const place = (point: number): number => (point >= first ? point - history.points.length : point);
  return [...state.records]
    .sort(([a], [b]) => place(a) - place(b))
    .map(([point, record]) => {
      const id = history.points[point] as string;
      const { attempts, counted } = state.tally(point);
      const sameAs = record.sameAs === null ? null : (history.points[record.sameAs] as string);
      return {
        id,
        title: territory.title(id),
        role: roleOf(state, point, named),
        build: buildOf(record),
        attempts,
        counted,
        rate: rateSoFar({ attempts, counted }, of, 0.95),
        others: [...record.ends.values()]
          .filter((end) => end.outcome !== "clean" && !state.isCounted(end))
          .map(({ key, outcome, count }) => ({ what: key, outcome, count })),
        probability: point < first ? (state.posterior.probabilities[point] ?? 0) : null,
        sameAs,
        note: null,
      };
    });
}

function buildOf({ build }: PointRecord): CandidateRecord["build"] {
  if (build === null) return null;
  if (!build.ok) return { status: "failed", ms: build.ms, sha256: null, why: build.why };
  return { status: build.cached ? "cached" : "built", ms: build.ms, sha256: build.sha256, why: null };
}

function roleOf(
  { options, withEnd, withoutEnd }: BisectState,
  point: number,
  named: readonly string[],
): string | null {
  const id = options.history.points[point] as string;
  const roles = [
    ...(point === withoutEnd ? ["old end"] : []),
    ...(point === withEnd ? ["new end"] : []),
    ...(named.includes(id) ? [named.length === 1 ? "the change" : "may be it"] : []),
  ];
  return roles.length === 0 ? null : roles.join(", ");
}
