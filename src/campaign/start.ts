import { basename, join, resolve } from "node:path";
import type { Engine } from "../docker/engine.js";
import { badRequest } from "../failure.js";
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
import { obtainWith } from "./obtain-sources.js";
import type { Obtain } from "../images/source/resolve.js";
import { snapshotArchive } from "./snapshot-archive.js";

/** Attempts at a time on many machines, however many CPUs they have: each has a connection of its own. */
const MOST_AT_A_TIME = 256;

/** Plans what is asked for and runs it as a campaign. Throws a Failure as `carryOut` does, and for a wrong request. */
export async function startCampaign(asked: Asked, setting: CampaignSetting): Promise<Reproduction> {
  const folder = resolve(setting.folder ?? ".");
  const prepared = await prepare(await spread(asked, setting), folder, { obtain: obtainAs(setting, folder) });
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
  const known = { pinned: pinsOf(plan), obtain: obtainAs(setting, home) };
  const prepared = await prepareLoaded(repro, await loadCatalogue(), request, plan.command, home, known);
  const pins = await openLockFile(home, setting);
  return runPrepared(prepared, { ...setting, folder: home }, { pins, resume: basename(campaign) });
}

/**
 * Runs a plan that is made: connects the engine, carries the campaign out, and leaves nothing behind on the engine. Without `pins` no
 * lock file is followed or written; `store` keeps the campaign, by default that of `setting.folder`.
 */
export async function runPrepared(
  prepared: Prepared,
  setting: CampaignSetting,
  {
    resume,
    pins,
    store,
  }: Pick<CarryOutInput, "resume" | "pins"> & Partial<Pick<CarryOutInput, "store">> = {},
): Promise<Reproduction> {
  const folder = resolve(setting.folder ?? ".");
  // The engine and what works with it take a while to load: a wrong request is told without them, and one loads while the other answers.
  const [[engine, others], { carryOut }] = await Promise.all([connectAll(setting), import("./carry-out.js")]);
  try {
    return await carryOut({
      ...prepared,
      engine,
      others,
      store: store ?? new CampaignStore(join(folder, CAMPAIGNS_FOLDER)),
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
    for (const each of ownOf(setting, engine, others)) {
      await each.removeAllLive();
      each.close();
    }
  }
}

/**
 * What is asked for, spread over the nodes of a swarm or over several engines where that is wanted: as many attempts at a time as they have CPUs
 * together.
 */
async function spread(asked: Asked, setting: CampaignSetting): Promise<Asked> {
  const { swarm, furtherHosts = [], connectOthers } = setting;
  const several = furtherHosts.length > 0 || connectOthers !== undefined;
  if (swarm !== undefined && several)
    throw badRequest(
      "--swarm takes one engine, a manager of the swarm, and more than one was named",
      "name the manager alone, or leave --swarm out",
    );
  if (swarm !== undefined && asked.request.schedule !== undefined)
    throw badRequest(
      "--schedule does not work with --swarm: a node's answers to the scheduler cannot be heard there",
      "run it on one engine, or on several (--host more than once)",
    );
  const request = { ...asked.request, ...(swarm === undefined ? {} : { cluster: "swarm" as const }) };
  if (request.parallel !== undefined || (swarm === undefined && !several)) return { ...asked, request };
  const [engine, others] = await connectAll(setting);
  try {
    const machines =
      swarm === undefined
        ? await Promise.all([engine, ...others].map((each) => each.facts()))
        : (await engine.swarm.nodes()).filter(({ ready }) => ready);
    const cpus = machines.reduce((sum, each) => sum + each.cpus, 0);
    return { ...asked, request: { ...request, parallel: Math.max(1, Math.min(MOST_AT_A_TIME, cpus)) } };
  } finally {
    for (const each of ownOf(setting, engine, others)) each.close();
  }
}

/** The engine that images are made on, and further ones. */
function connectAll(setting: CampaignSetting): Promise<[Engine, readonly Engine[]]> {
  return Promise.all([connectFirst(setting), connectFurther(setting)]);
}

/** Fetches source packages with an engine of its own, since it is needed before there is a plan, and mostly not at all. */
function obtainAs(setting: CampaignSetting, folder: string): Obtain {
  const { base, platform, signal, onProgress = () => undefined } = setting;
  const settings = { base, platform, signal, snapshotArchive: snapshotArchive(setting, folder) };
  return obtainWith(async (fetch) => {
    const engine = await connectFirst(setting);
    try {
      await fetch(engine, onProgress);
    } finally {
      if (setting.connect === undefined) engine.close();
    }
  }, settings);
}

async function connectFirst({ connect, host, context }: CampaignSetting): Promise<Engine> {
  if (connect !== undefined) return connect();
  const library = await import("../docker/connection/connect.js");
  return library.connect({
    ...(host === undefined ? {} : { host }),
    ...(context === undefined ? {} : { context }),
  });
}

async function connectFurther({
  connectOthers,
  furtherHosts = [],
}: CampaignSetting): Promise<readonly Engine[]> {
  if (connectOthers !== undefined) return connectOthers();
  if (furtherHosts.length === 0) return [];
  const library = await import("../docker/connection/connect.js");
  return Promise.all(furtherHosts.map((host) => library.connect({ host })));
}

/** Those that were connected here and are closed here. */
function ownOf(setting: CampaignSetting, engine: Engine, others: readonly Engine[]): Engine[] {
  return [
    ...(setting.connect === undefined ? [engine] : []),
    ...(setting.connectOthers === undefined ? others : []),
  ];
}
