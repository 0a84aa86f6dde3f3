import { isSameEnd } from "../crash/judge.js";
import { signalName } from "../crash/signal.js";
import { infrastructure } from "../failure.js";
import type { CampaignOutcome } from "../run/state/campaign-outcome.js";
import { clockOfRecord } from "../run/scheduled/schedule-record.js";
import { settleSchedule, type Settled } from "../run/scheduled/settle.js";
import { stopsOf } from "../run/scheduled/stops.js";
import { tellStory, type Story } from "../crash/schedule/story.js";
import { frequentCrashes, settleCrashes, type SettledCrashes, type SettleOptions } from "./settle-crashes.js";

/** Of all crashes of a campaign together, for finding their smallest schedules. */
const WITHIN_MS = 120_000;
const LEAST_MS = 15_000;
/** Crashes of each environment whose schedules are made small. */
const MOST = 3;

/** A crash's smallest schedule and what it tells. */
export interface ToldSchedule extends Settled, Story {
  /** Number of the first attempt that ended so: by it a signature is known. */
  readonly firstAttempt: number;
}

export type SettledSchedules = SettledCrashes<ToldSchedule>;

/** Makes the schedules of a campaign's crashes small and tells them. A crash whose schedule cannot be had is left out, with a note. */
export function settleSchedules(
  campaign: CampaignOutcome,
  options: SettleOptions,
): Promise<SettledSchedules> {
  const { plan } = campaign;
  const crashes = frequentCrashes(
    campaign,
    options.binaries,
    MOST,
    ({ run }) => run.schedule !== undefined && run.schedule.rule !== "hold",
  );
  const withinMs = Math.max(LEAST_MS, WITHIN_MS / crashes.length);
  return settleCrashes(crashes, options, {
    id: "schedule",
    title: "Find the smallest schedule of",
    async settle({ cell, binary, key }, progress) {
      const means = { ...options, cell, binary, plan, withinMs, progress };
      const settled = await settleSchedule(means, key.kept, isSameEnd(plan.counted, cell, key.key));
      if (settled === null) throw infrastructure("the crash did not come again of its own schedule");
      const { switches, record } = settled;
      const stops = await stopsOf({ ...means, switches, clock: clockOfRecord(record) });
      return { ...settled, ...tellStory(switches, record, stops, signalName), firstAttempt: key.firstNumber };
    },
  });
}
