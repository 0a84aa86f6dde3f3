import type { Plan } from "../../plan/plan.js";
import type { CampaignRequest } from "../../plan/request.js";
import { playOf, PLAYS, type ScheduleFile } from "../../plan/schedule.js";
import { checkBuild, comesAsOften, whyNotRun, type Claim } from "../../result/claims.js";
import type { EnvironmentRecord, Result } from "../../result/result.js";
import { oneLine } from "../../text/printable.js";

/** The request that plays a schedule of a campaign, or makes attempts with its hold. */
export function playRequest(request: CampaignRequest, schedule: ScheduleFile): CampaignRequest {
  return { ...request, stop: { runs: PLAYS }, schedule: playOf(schedule) };
}

/** Of a plan what a schedule is played in. */
export function planOfPlay(plan: Plan, { environment }: ScheduleFile): Plan {
  return { ...plan, cells: plan.cells.filter(({ id }) => id === environment) };
}

/**
 * Whether a campaign looked for a crash by turns between rules, or between places to hold a thread at: then how often it came says nothing that could be
 * found again, and what it found is its schedules and holds alone.
 */
export function isSearch({ schedule }: CampaignRequest, schedules: readonly ScheduleFile[]): boolean {
  const searched = schedule?.rule === "search" || (schedule?.rule === "hold" && schedule.at === undefined);
  return searched && schedules.length > 0;
}

/** A schedule that was played again, against what it is said to bring; with `build`, what it was played in, too. Pure. */
export function checkPlay(
  schedule: ScheduleFile,
  claimed: Result,
  found: Result,
  { build }: { readonly build: boolean },
): Claim[] {
  const { environment, signature, hold } = schedule;
  const before = claimed.environments.find(({ id }) => id === environment);
  const again = found.environments.find(({ id }) => id === environment);
  const claim = {
    environment,
    what: `${hold === undefined ? "schedule" : "hold"} of ${oneLine(signature, 20)}`,
  };
  if (again === undefined || again.attempts === 0) {
    const why = whyNotRun(found, environment) ?? "it could not be played here";
    return [{ ...claim, verdict: "could not be checked", why }];
  }
  return [
    ...(build && before !== undefined ? checkBuild(before, again) : []),
    { ...claim, ...verdictOf(schedule, before, again) },
  ];
}

function verdictOf(
  { signature, hold, played }: ScheduleFile,
  claimed: EnvironmentRecord | undefined,
  { signatures, attempts }: EnvironmentRecord,
): Pick<Claim, "verdict" | "why"> {
  if (claimed?.signatures.find(({ id }) => id === signature)?.weak === true) {
    const why = `too little is known of its crash to say whether it came again: ${attempts} attempts here`;
    return { verdict: "could not be checked", why };
  }
  const crash = signatures.find(({ id }) => id === signature);
  const seen = `${crash?.count ?? 0} of ${attempts} attempts here`;
  // Threads run freely beside a hold: its crash has a rate.
  if (hold !== undefined && played !== undefined && crash !== undefined)
    return comesAsOften(played, { attempts, crashes: crash.count });
  if (crash !== undefined && crash.count === attempts)
    return { verdict: "holds", why: `${seen}: ${crash.title}` };
  const other = signatures.find(({ id }) => id !== signature)?.title ?? "a clean end";
  return { verdict: "does not hold", why: `${seen}; instead: ${other}` };
}
