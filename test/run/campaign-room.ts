import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Plan } from "../../src/plan/plan.js";
import type { ProgressEvent } from "../../src/progress/event.js";
import { runCampaign, type CampaignInput } from "../../src/run/campaign.js";
import type { CampaignOutcome } from "../../src/run/state/campaign-outcome.js";
import type { Clock } from "../../src/run/clock.js";
import { beginCampaign, resumeCampaign } from "../../src/run/store/open-campaign.js";
import { CampaignStore } from "../../src/run/store/store.js";
import { hastyClock, judge, noStatistics, type DrawnExecutor } from "./drawn-executor.js";
import { binariesOf } from "./plans.js";

/** An empty store, removed when the test ends. */
export async function emptyStore(): Promise<CampaignStore> {
  const root = await mkdtemp(join(tmpdir(), "vivarium-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  return new CampaignStore(join(root, "campaigns"));
}

export interface Ran {
  readonly id: string;
  readonly outcome: CampaignOutcome;
  readonly events: readonly ProgressEvent[];
}

type Given = Partial<Pick<CampaignInput, "statistics" | "progress" | "signal" | "judge">> & {
  readonly clock?: Clock;
};

/** Runs a new campaign, or goes on with the one named. */
export async function run(
  store: CampaignStore,
  plan: Plan,
  executor: DrawnExecutor,
  given: Given & { readonly resume?: string } = {},
): Promise<Ran> {
  const binaries = binariesOf(plan);
  const clock = given.clock ?? hastyClock;
  const campaign =
    given.resume === undefined
      ? await beginCampaign(store, plan, binaries, clock)
      : await resumeCampaign(store, given.resume, plan, binaries, clock);
  executor.sinceStart = campaign.sinceStart;
  const events: ProgressEvent[] = [];
  try {
    const outcome = await runCampaign({
      campaign,
      binaries,
      executor,
      judge: given.judge ?? judge,
      statistics: given.statistics ?? noStatistics,
      progress: (event) => {
        events.push(event);
        given.progress?.(event);
      },
      signal: given.signal ?? new AbortController().signal,
    });
    return { id: campaign.header.id, outcome, events };
  } finally {
    await campaign.close();
  }
}
