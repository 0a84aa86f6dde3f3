import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "../../src/docker/connection/connect.js";
import type { Binary } from "../../src/images/binary.js";
import { imageFiles } from "../../src/images/instrument.js";
import { runCampaign, type CampaignInput } from "../../src/run/campaign.js";
import type { CampaignOutcome } from "../../src/run/state/campaign-outcome.js";
import { beginCampaign, JOURNAL_FILE, resumeCampaign } from "../../src/run/store/open-campaign.js";
import { CampaignStore } from "../../src/run/store/store.js";
import { SwarmSlots } from "../../src/run/swarm/swarm-slots.js";
import { campaignLabels, endJudge, engineProgram, withItsRunner } from "../docker/campaign-on-engine.js";
import { openEngine } from "../docker/engines.js";
import { runnerImage } from "../docker/runner-image.js";
import { noStatistics } from "../run/drawn-executor.js";
import { numbersIn } from "../run/journal/journal-rows.js";
import type { PlanShape } from "../run/plans.js";
import { ThreeEngines } from "./three-engines.js";

/** A campaign as it stands: how it ended, and the numbers of its attempts, cell by cell, in order. */
export interface Made {
  readonly id: string;
  readonly outcome: CampaignOutcome;
  readonly numbers: readonly (readonly number[])[];
}

/** How a campaign is run. */
export interface CampaignAsked {
  /** Where the manager is asked; default: at its own socket. */
  readonly host?: string;
  /** The campaign to go on with. */
  readonly resume?: string;
  /** Bytes of each output that are kept. */
  readonly head?: number;
  readonly progress?: CampaignInput["progress"];
}

/** A swarm of three engines, the small image of static programs in its registry, and a place for campaigns. */
export class SwarmRoom {
  private constructor(
    readonly engines: ThreeEngines,
    private readonly image: string,
    private readonly published: string,
    private readonly root: string,
  ) {}

  static async make(): Promise<SwarmRoom> {
    const image = await runnerImage(await openEngine());
    const engines = await ThreeEngines.start();
    const manager = await connect({ env: {}, host: engines.host });
    try {
      await engines.take([image]);
      const published = await manager.pushImage(image, `${engines.registry}/vivarium-test/runner:1`);
      return new SwarmRoom(
        engines,
        image,
        published,
        await mkdtemp(join(tmpdir(), "vivarium-swarm-campaigns-")),
      );
    } catch (error) {
      await engines.remove();
      throw error;
    } finally {
      manager.close();
    }
  }

  /** Runs a campaign of `/attempt ARGS`, or goes on with one, through the manager at `host`. */
  async campaign(
    shape: PlanShape,
    args: readonly string[],
    { host = this.engines.host, resume, head, progress = () => undefined }: CampaignAsked = {},
  ): Promise<Made> {
    const manager = await connect({ env: {}, host });
    const store = new CampaignStore(this.root);
    try {
      const { plan: usual, binaries } = engineProgram(this.image, shape, args);
      const plan = head === undefined ? usual : { ...usual, output: { ...usual.output, head } };
      const known = await this.withItsRunner(binaries);
      const campaign =
        resume === undefined
          ? await beginCampaign(store, plan, known)
          : await resumeCampaign(store, resume, plan, known);
      try {
        const outcome = await runCampaign({
          campaign,
          binaries: known,
          executor: new SwarmSlots({
            swarm: manager.swarm,
            filesOf: (image) => imageFiles(manager, image),
            published: () => Promise.resolve(this.published),
            labels: campaignLabels(campaign),
            sinceStart: campaign.sinceStart,
          }),
          judge: endJudge,
          statistics: noStatistics,
          progress,
          signal: new AbortController().signal,
        });
        return { id: campaign.header.id, outcome, numbers: numbersIn(join(campaign.folder, JOURNAL_FILE)) };
      } finally {
        await campaign.close();
      }
    } finally {
      await manager.swarm.removeAll(20_000);
      manager.close();
    }
  }

  /** Asked of the manager itself: what a test does to the connection is to meet the campaign. */
  private async withItsRunner(binaries: ReadonlyMap<string, Binary>) {
    const manager = await connect({ env: {}, host: this.engines.host });
    try {
      return await withItsRunner(manager, binaries);
    } finally {
      manager.close();
    }
  }

  async remove(): Promise<void> {
    await this.engines.remove();
    await rm(this.root, { recursive: true, force: true });
  }
}
