import { basename, join, resolve } from "node:path";
import type { Engine } from "../docker/engine.js";
import type { CampaignRequest, StopRequest } from "../plan/request.js";
import type { ProgressEvent } from "../progress/event.js";
import { readHeader } from "../run/store/open-campaign.js";
import { CAMPAIGNS_FOLDER, CampaignStore } from "../run/store/store.js";
import type { Reproduction } from "./carry-out.js";
import { findCampaign, wholeCampaign } from "../workspace/campaign-place.js";
import { openLockFile, type LockRequest } from "../workspace/lock-file.js";
import { prepare, prepareLoaded, type Prepared } from "../request/prepare.js";
import { loadCatalogue } from "../request/shelves.js";
import { snapshotArchive } from "./snapshot-archive.js";
import { stagedRepro } from "../request/staged-repro.js";
import type { Subject } from "../request/subject.js";

/** Where and how a campaign is carried out; none of it changes what is measured. */
export interface CampaignSetting extends LockRequest {
  /** Folder that paths are relative to and that `.vivarium` is kept in; default: the current one. */
  readonly folder?: string | undefined;
  /** Address of the engine, as docker's `--host`; default: as docker itself would choose. */
  readonly host?: string | undefined;
  /** Name of a docker context. */
  readonly context?: string | undefined;
  /** Gives an engine in place of `host` and `context`, once the request is known to be right; who gives it closes it. */
  readonly connect?: (() => Promise<Engine>) | undefined;
  /** Where base images come from; default `auto`: a cached one, else the registry, else made here. */
  readonly base?: "auto" | "registry" | "bootstrap" | undefined;
  /** Platform of the images, such as `linux/amd64`; default: the engine's own. */
  readonly platform?: string | undefined;
  /** Address of the snapshot archive, for catalogue entries with a stamp. */
  readonly snapshot?: string | undefined;
  /** File with the keys that sign that archive; default: those that this machine trusts. */
  readonly keyring?: string | undefined;
  /** Told of every step and of where the attempts stand. */
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** Ends the campaign and keeps what was done: the result is then partial, its `complete` false. */
  readonly signal?: AbortSignal | undefined;
}

/** What is run, and everything that may be asked for, as on the command line; all of it but `repro` has a default. */
export interface NewCampaign extends Omit<CampaignRequest, "stop">, StopRequest {
  readonly repro: Subject;
  /** The words after `vivarium` that repeat this campaign, for reports. */
  readonly commandLine?: readonly string[] | undefined;
}

export type ReproduceOptions = CampaignSetting &
  (
    | NewCampaign
    /** Goes on with a campaign that was interrupted, as it began: its id, the beginning of it, its folder, or `latest`. */
    | { readonly resume: string }
  );

/**
 * Reproduces a crash: makes the images and binaries, runs the attempts, looks at crashes with gdb, compares the
 * environments, and writes the campaign's folder. `vivarium run` is this function with flags for options.
 *
 * ```ts
 * const { result } = await reproduce({ repro: "crash.c", environments: ["glibc-2.36", "musl-1.2.3"], runs: 50 });
 * for (const { id, rate } of result.environments) console.log(id, rate?.estimate);
 * ```
 *
 * A crash is part of the result. What is thrown is a `Failure` for a wrong request (`kind` `request`), for what could
 * not be found out at all (`infrastructure`), or for an abort before anything was measured (`interrupted`).
 */
export async function reproduce(options: ReproduceOptions): Promise<Reproduction> {
  const here = resolve(options.folder ?? ".");
  const resumed = "resume" in options ? await resumable(options.resume, here) : null;
  // A campaign goes on where it began, whatever folder it is named from.
  const folder = resumed?.home ?? here;
  const store = new CampaignStore(join(folder, CAMPAIGNS_FOLDER));
  const { plan, repro, catalogue } = await ("resume" in options
    ? goOn(store.path(resumed?.id as string), folder)
    : begin(options, folder));
  const pins = await openLockFile(folder, options);
  // The engine and what works with it take a while to load: a wrong request is told without them, and one loads while the other answers.
  const [engine, { carryOut }] = await Promise.all([
    (options.connect ?? (() => connectTo(options)))(),
    import("./carry-out.js"),
  ]);
  try {
    return await carryOut({
      plan,
      repro,
      catalogue,
      engine,
      store,
      resume: resumed?.id,
      sink: options.onProgress ?? (() => undefined),
      signal: options.signal ?? new AbortController().signal,
      base: options.base ?? "auto",
      platform: options.platform,
      snapshotArchive: snapshotArchive(options, folder),
      pins,
    });
  } finally {
    if (options.connect === undefined) {
      await engine.removeAllLive();
      engine.close();
    }
  }
}

async function begin(options: NewCampaign & CampaignSetting, folder: string): Promise<Prepared> {
  const { repro, commandLine } = options;
  return prepare(repro, requestIn(options), commandLine ?? defaultLine(repro), folder);
}

async function resumable(
  wanted: string,
  here: string,
): Promise<{ readonly id: string; readonly home: string }> {
  const { folder, home } = await wholeCampaign(await findCampaign(wanted, here), wanted);
  return { id: basename(folder), home };
}

/** A campaign goes on with the request and the copy of its repro that it began with. */
async function goOn(campaign: string, folder: string): Promise<Prepared> {
  const { plan } = await readHeader(campaign);
  const request = { ...plan.request, seed: plan.seed, parallel: plan.parallel };
  return prepareLoaded(await stagedRepro(plan, folder), await loadCatalogue(), request, plan.command, folder);
}

/** The request alone, out of all options. */
function requestIn(options: NewCampaign & CampaignSetting): CampaignRequest {
  const { runs, untilCrashes, cap, for: time, untilDecided, rate, ...others } = options;
  const stop = given({ runs, untilCrashes, cap, for: time, untilDecided, rate });
  const request: Record<string, unknown> = { ...others };
  for (const key of SETTINGS) delete request[key];
  return { ...given(request), stop } as CampaignRequest;
}

/** Names of the options that are no part of a request; the compiler holds them to their types. */
const SETTINGS = Object.keys({
  repro: 0,
  commandLine: 0,
  folder: 0,
  host: 0,
  context: 0,
  connect: 0,
  base: 0,
  platform: 0,
  snapshot: 0,
  keyring: 0,
  lock: 0,
  locked: 0,
  onProgress: 0,
  signal: 0,
} satisfies Record<keyof CampaignSetting | "repro" | "commandLine", 0>);

function given(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function defaultLine(repro: Subject): string[] {
  if (typeof repro === "string") return ["run", repro];
  if ("prebuilt" in repro) return ["run", repro.prebuilt, "--prebuilt"];
  if ("command" in repro) return ["run", "--", ...repro.command];
  return ["run", repro.name ?? "inline"];
}

async function connectTo({ host, context }: CampaignSetting): Promise<Engine> {
  const { connect } = await import("../docker/connection/connect.js");
  return connect({ ...given({ host, context }), env: process.env });
}
