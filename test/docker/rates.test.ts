import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { StopRule } from "../../src/plan/plan.js";
import type { CampaignOutcome } from "../../src/run/state/campaign-outcome.js";
import { beginCampaign } from "../../src/run/store/open-campaign.js";
import { CampaignStore } from "../../src/run/store/store.js";
import { clopperPearson } from "../../src/stats/interval/clopper-pearson.js";
import { rateOf } from "../../src/stats/rate.js";
import { engineProgram, runOnEngine } from "./campaign-on-engine.js";
import { openEngine } from "./engines.js";
import { runnerImage } from "./runner-image.js";

/** `full`: the hundred campaigns that the issue of the run loop names; else as many as CI has time for. */
const FULL = process.env["VIVARIUM_RATES"] === "full";

let image: string;
let root: string;
let store: CampaignStore;
beforeAll(async () => {
  image = await runnerImage(await openEngine());
  root = await mkdtemp(join(tmpdir(), "vivarium-rates-"));
  store = new CampaignStore(root);
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** One campaign of a program that dies once in `chance` attempts, by /dev/urandom. */
async function campaign(chance: number, stop: StopRule, parallel = 2): Promise<CampaignOutcome> {
  const { plan, binaries } = engineProgram(image, { stop, parallel, block: 50 }, ["chance", String(chance)]);
  const open = await beginCampaign(store, plan, binaries);
  try {
    return await runOnEngine(await openEngine(), open, binaries);
  } finally {
    await open.close();
  }
}

test(
  "intervals of campaigns of 1,000 attempts hold a rate of 1/200 as often as they claim",
  async () => {
    const campaigns = FULL ? 100 : 8;
    let held = 0;
    let counted = 0;
    for (let i = 0; i < campaigns; i++) {
      const [cell] = (await campaign(200, { kind: "runs", runs: 1000 })).cells;
      expect(cell?.attempts).toBe(1000);
      const { low, high } = clopperPearson({ counted: cell?.counted ?? 0, attempts: 1000 }, 0.95);
      counted += cell?.counted ?? 0;
      if (low <= 1 / 200 && 1 / 200 <= high) held++;
    }
    // At 95 % and more for each, a hundred hold fewer than 93 with a probability of about one in eight; Clopper-Pearson here
    // covers 97 %, so one in a hundred. In CI's few, more than two misses have a probability below 0.1 %.
    expect(held).toBeGreaterThanOrEqual(FULL ? 93 : campaigns - 2);
    // All together: the runner neither loses crashes nor makes them up. Four standard deviations.
    const mean = (campaigns * 1000) / 200;
    expect(Math.abs(counted - mean)).toBeLessThan(4 * Math.sqrt(mean));
    console.log(
      `${held} of ${campaigns} intervals hold 1/200; ${counted} crashes in ${campaigns * 1000} attempts`,
    );
  },
  FULL ? 3_600_000 : 600_000,
);

test(
  "a rate of 1/5000 is found by --until-crashes 5, and its interval is right",
  async () => {
    const crashes = FULL ? 5 : 2;
    const outcome = await campaign(5000, { kind: "until-crashes", crashes, cap: 1_000_000 });
    const [cell] = outcome.cells;
    expect(cell).toMatchObject({ ending: "reached", counted: crashes });
    const rate = rateOf(
      {
        of: "crash",
        counted: crashes,
        attempts: cell?.attempts ?? 0,
        stop: outcome.plan.stop,
        complete: true,
        reachedAt: cell?.attempts ?? null,
      },
      0.9999,
    );
    expect(rate?.method).toContain("inverse binomial");
    expect(rate?.low).toBeLessThan(1 / 5000);
    expect(rate?.high).toBeGreaterThan(1 / 5000);
  },
  FULL ? 3_600_000 : 900_000,
);
