import { isSameEnd } from "../crash/judge.js";
import { signalName } from "../crash/signal.js";
import { infrastructure } from "../failure.js";
import type { Cell } from "../plan/plan.js";
import { NO_HOLD, type Hold } from "../plan/schedule.js";
import type { CampaignOutcome, KeyOutcome } from "../run/state/campaign-outcome.js";
import { holdPoints, type HoldPoint } from "../run/scheduled/hold-points.js";
import { openScheduled } from "../run/scheduled/open-scheduled.js";
import { readScheduleRecord } from "../run/scheduled/schedule-record.js";
import { stopOfHold } from "../run/scheduled/stops.js";
import { tellStory, type Story } from "../crash/schedule/story.js";
import { HoldFinder, type HoldFound } from "./hold-finder.js";
import { Holder } from "./holder.js";
import { frequentCrashes, settleCrashes, type SettledCrashes, type SettleOptions } from "./settle-crashes.js";
import { counted } from "../text/numbers.js";

/** Crashes of each environment that are looked at. */
const MOST = 2;

/** A hold that was found, and what it tells. */
export interface ToldHold extends HoldFound, Story {
  /** Number of the first attempt that ended so: by it a signature is known. */
  readonly firstAttempt: number;
}

export type SettledHolds = SettledCrashes<ToldHold>;

/** For each crash that came with a thread held, finds where holding one brings it most often, and whether it is the place that does. */
export function settleHolds(campaign: CampaignOutcome, options: SettleOptions): Promise<SettledHolds> {
  const { plan } = campaign;
  const crashes = frequentCrashes(
    campaign,
    options.binaries,
    MOST,
    ({ run }) => run.schedule?.rule === "hold",
  ).filter(({ key }) => holdsOf(key).length > 0);
  return settleCrashes(crashes, options, {
    id: "hold",
    title: "Find where to hold a thread for the crash of",
    async settle({ cell, binary, outcome, key }, tell) {
      const means = { ...options, cell, binary, plan };
      const known = holdsOf(key);
      const points = await pointsOf(means, known);
      tell(counted(points.length, "place"));
      const runner = await openScheduled(means, { rule: "hold", seed: 0, at: NO_HOLD });
      try {
        const holder = new Holder(runner, isSameEnd(plan.counted, cell, key.key), options.signal, tell);
        const found = await new HoldFinder(holder, points, known, givenOf(cell)).find(outcome, plan.seed);
        if (found === null) throw infrastructure("the crash did not come again");
        const stop = await stopOfHold(means, found.hold);
        const story = tellStory([], found.record, stop === null ? [] : [stop], signalName);
        return { ...found, ...story, firstAttempt: key.firstNumber };
      } finally {
        await runner.close();
      }
    },
  });
}

/** The hold that the campaign was made with, where it is one alone. */
function givenOf({ run }: Cell): Hold | undefined {
  return run.schedule?.rule === "hold" ? run.schedule.at : undefined;
}

/** Holds that a crash came with. */
function holdsOf({ kept }: KeyOutcome): Hold[] {
  return kept.flatMap(({ schedule = "" }) => readScheduleRecord(schedule)?.hold?.hold ?? []);
}

/** Of the first hold that brings the crash under gdb. */
async function pointsOf(
  means: Omit<Parameters<typeof holdPoints>[0], "hold" | "places">,
  known: readonly Hold[],
): Promise<readonly HoldPoint[]> {
  const places = [...new Set(known.map(({ place }) => place))];
  for (const hold of known) {
    const points = await holdPoints({ ...means, hold, places });
    if (points.length > 0) return points;
  }
  return [];
}
