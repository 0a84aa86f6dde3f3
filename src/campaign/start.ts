import { basename, join, resolve } from "node:path";
import type { Engine } from "../docker/engine.js";
import { pinsOf } from "../plan/source-pins.js";
import { prepare, prepareLoaded, type Asked, type Prepared } from "../request/prepare.js";
import { loadCatalogue } from "../request/shelves.js";
import { stagedRepro } from "../request/staged-repro.js";
import { readHeader } from "../run/store/open-campaign.js";
import { CAMPAIGNS_FOLDER, CampaignStore } from "../run/store/store.js";
import { findCampaign, wholeCampaign } from "../workspace/campaign-place.js";
import { openLockFile } from "../workspace/lock-file.js";
import type { CarryOutInput, Reproduction } from "./carry-out.js";
import type { CampaignSetting } from "./setting.js";
import { snapshotArchive } from "./snapshot-archive.js";

/** Plans what is asked for and runs it as a campaign. Throws a Failure as `carryOut` does, and for a wrong request. */
export async function startCampaign(asked: Asked, setting: CampaignSetting): Promise<Reproduction> {
  const folder = resolve(setting.folder ?? ".");
  const prepared = await prepare(await spread(asked, setting), folder);
  return runPrepared(prepared, setting, { pins: await openLockFile(folder, setting) });
}

/**
 * Goes on with a campaign that was interrupted, with the request and the copy of its repro that it began with. `wanted`: its id, the
 * beginning of it, its folder, or `latest`.
 */
export async function continueCampaign(wanted: string, setting: CampaignSetting): Promise<Reproduction> {
  // A campaign goes on where it began, whatever folder it is named from.
  const place = await findCampaign(wanted, resolve(setting.folder ?? "."));
  const { folder: campaign, home } = await wholeCampaign(place, wanted);
  const { plan } = await readHeader(campaign);
  const request = { ...plan.request, seed: plan.seed, parallel: plan.parallel };
  const repro = await stagedRepro(plan, home);
  const known = { pinned: pinsOf(plan) };
  const prepared = await prepareLoaded(repro, await loadCatalogue(), request, plan.command, home, known);
  const pins = await openLockFile(home, setting);
  return runPrepared(prepared, { ...setting, folder: home }, { pins, resume: basename(campaign) });
}

/**
 * Runs a plan that is made: connects the engine, carries the campaign out, and leaves nothing behind on the engine. Without `pins` no
 * lock file is followed or written.
 */
export async function runPrepared(
  prepared: Prepared,
  setting: CampaignSetting,
  { resume, pins }: Pick<CarryOutInput, "resume" | "pins"> = {},
): Promise<Reproduction> {
  const folder = resolve(setting.folder ?? ".");
  // The engine and what works with it take a while to load: a wrong request is told without them, and one loads while the other answers.
  const [engine, { carryOut }] = await Promise.all([connectAs(setting), import("./carry-out.js")]);
  try {
    return await carryOut({
      ...prepared,
      engine,
      store: new CampaignStore(join(folder, CAMPAIGNS_FOLDER)),
      resume,
      sink: setting.onProgress ?? (() => undefined),
      signal: setting.signal ?? new AbortController().signal,
      base: setting.base ?? "auto",
      platform: setting.platform,
      registry: setting.swarm?.registry,
      snapshotArchive: snapshotArchive(setting, folder),
      pins,
    });
  } finally {
    if (setting.connect === undefined) {
      await engine.removeAllLive();
      engine.close();
    }
  }
}

/** What is asked for, spread over the nodes of a swarm where that is wanted: as many attempts at a time as they have CPUs. */
async function spread(asked: Asked, setting: CampaignSetting): Promise<Asked> {
  if (setting.swarm === undefined) return asked;
  const { request } = asked;
  if (request.parallel !== undefined) return { ...asked, request: { ...request, cluster: "swarm" } };
  const engine = await connectAs(setting);
  try {
    const nodes = await engine.swarm.nodes();
    const parallel = nodes.reduce((sum, { ready, cpus }) => sum + (ready ? cpus : 0), 0);
    return {
      ...asked,
      request: { ...request, cluster: "swarm", parallel: Math.max(1, Math.min(256, parallel)) },
    };
  } finally {
    if (setting.connect === undefined) engine.close();
  }
}

async function connectAs({ connect, host, context }: CampaignSetting): Promise<Engine> {
  if (connect !== undefined) return connect();
  const library = await import("../docker/connection/connect.js");
  return library.connect({
    ...(host === undefined ? {} : { host }),
    ...(context === undefined ? {} : { context }),
  });
}
