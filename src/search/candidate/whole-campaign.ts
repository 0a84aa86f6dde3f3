import type { Reproduction } from "../../campaign/carry-out.js";
import type { Prepared } from "../../request/prepare.js";
import type { Result } from "../../result/result.js";
import { campaignOf, type CampaignSettings } from "../campaign-of.js";
import type { OpenSearch } from "../open-search.js";
import { oncePerSearch } from "./once.js";

/** What a longer campaign may take in each environment, and how many attempts it makes at least and at most. */
const LONGER_MS = 60_000;
const LEAST_RUNS = 100;
const MOST_RUNS = 1000;
/** Attempts of what is expected to hang. */
const HANGING_RUNS = 10;
/** Probability of not seeing a crash of a known rate. */
const MISSED = 0.001;

/** The whole program's campaign, once in a search; and where it saw no crash a longer one, since one in a hundred does not show in 25 attempts. */
export async function wholeCampaign(
  search: OpenSearch,
  prepared: Prepared,
  campaigns: CampaignSettings,
): Promise<Reproduction> {
  const made = await oncePerSearch(search, "before", () => campaignOf(search, prepared, campaigns));
  const runs = longerRuns(made.result);
  if (runs === null || campaigns.signal.aborted) return made;
  return oncePerSearch(search, "before-longer", () =>
    campaignOf(search, withRuns(prepared, runs), campaigns),
  );
}

/** Attempts of a campaign that is worth another try; null where there was a crash, or nothing ran. */
export function longerRuns({ environments }: Pick<Result, "environments">): number | null {
  const ran = environments.filter(({ attempts }) => attempts > 0);
  if (ran.length === 0 || ran.some(({ rate }) => (rate?.estimate ?? 0) > 0)) return null;
  const slowest = Math.max(1, ...ran.map(({ durations }) => durations?.median ?? 0));
  const runs = Math.min(MOST_RUNS, Math.max(LEAST_RUNS, Math.round(LONGER_MS / slowest)));
  return ran.some(({ attempts }) => attempts < runs) ? runs : null;
}

/** Attempts in which a crash of this rate shows up nearly always. */
export function runsToSee(rate: number): number {
  return rate >= 1
    ? 1
    : Math.min(MOST_RUNS, Math.ceil(Math.log(MISSED) / Math.log(1 - Math.max(rate, 1e-6))));
}

/** The same campaign with at least so many attempts in each environment. */
export function withRuns(prepared: Prepared, least: number): Prepared {
  const { stop } = prepared.plan;
  return exactly(prepared, stop.kind === "runs" ? Math.max(stop.runs, least) : least);
}

/** The same with fewer attempts where an expected hang takes each of them its whole time limit. */
export function fewerWhereItHangs(prepared: Prepared): Prepared {
  const { cells, stop } = prepared.plan;
  const hangs = cells.some(({ expectation }) => expectation?.outcome === "timeout");
  return hangs && stop.kind === "runs" && stop.runs > HANGING_RUNS
    ? exactly(prepared, HANGING_RUNS)
    : prepared;
}

function exactly(prepared: Prepared, runs: number): Prepared {
  const { plan } = prepared;
  const request = { ...plan.request, stop: { runs } };
  return { ...prepared, plan: { ...plan, request, stop: { kind: "runs", runs } } };
}
