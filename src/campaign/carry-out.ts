import type { Catalogue } from "../manifest/catalogue.js";
import type { ReproFolder } from "../manifest/load.js";
import { judgeFor } from "../crash/judge.js";
import type { Engine } from "../docker/engine.js";
import { Failure, infrastructure, interrupted } from "../failure.js";
import type { Binary } from "../images/binary.js";
import type { Pins } from "../images/pins.js";
import { provideBinaries } from "../images/provide.js";
import type { Sources } from "../images/source/sources.js";
import type { SnapshotArchive } from "../images/base/snapshot.js";
import type { Plan } from "../plan/plan.js";
import type { ProgressSink } from "../progress/event.js";
import type { Result } from "../result/result.js";
import { runCampaign } from "../run/campaign.js";
import { ClosingBehind } from "../run/runner/background-close.js";
import { attemptPlace } from "./attempt-place.js";
import { sameProgram } from "./same-program.js";
import { beginCampaign, resumeCampaign, type OpenCampaign } from "../run/store/open-campaign.js";
import type { CampaignStore } from "../run/store/store.js";
import { twinsOf } from "./twins.js";
import { counted } from "../text/numbers.js";

/** The request that starts the first container has left this process by then. */
const LOAD_CLOSING_AFTER_MS = 5;

/** A campaign, ready to be carried out. */
export interface CarryOutInput {
  readonly plan: Plan;
  readonly repro: Pick<ReproFolder, "path">;
  readonly catalogue: Catalogue;
  readonly engine: Engine;
  readonly store: CampaignStore;
  readonly sink: ProgressSink;
  readonly signal: AbortSignal;
  readonly base?: "auto" | "registry" | "bootstrap";
  readonly platform?: string | undefined;
  /** Further engines that attempts are spread over; who gives them closes them. */
  readonly others?: readonly Engine[] | undefined;
  /** Where the nodes of a swarm have their images from, for a plan whose request names a cluster. */
  readonly registry?: string | undefined;
  readonly snapshotArchive?: SnapshotArchive | undefined;
  /** Where the sources are that environments are built from. */
  readonly sources?: Sources | undefined;
  /** The lock file, as far as there is one; written where something new was pinned. */
  readonly pins?: Pins | null | undefined;
  /** Name of a campaign to go on with, in place of a new one. */
  readonly resume?: string | undefined;
}

export interface Reproduction {
  readonly result: Result;
  /** Folder of the campaign: journal.jsonl, result.json, report.md, report.html. */
  readonly folder: string;
  /** Why environments have no result, by cell id. */
  readonly failures: ReadonlyMap<string, Failure>;
}

/**
 * The whole of a campaign: images, binaries, attempts, evidence, statistics, reports on disk. What was measured is kept
 * when it is interrupted: then the result is partial, `complete` false. Throws a Failure where nothing could be run.
 */
export async function carryOut(input: CarryOutInput): Promise<Reproduction> {
  const { plan, engine, sink, signal } = input;
  const [built, facts, { stopStatistics }] = await Promise.all([
    provideBinaries(plan, { ...input, base: input.base ?? "auto" }),
    // Every container asks for them; asked for now, they are there by then.
    engine.facts(),
    // It takes a while to load, in which the engine answers.
    import("./stop-statistics.js"),
    ...[engine, ...(input.others ?? [])].map((each) => sweepDead(each, sink)),
  ]);
  await input.pins?.write();
  const provided = sameProgram(plan.cells, built);
  const { binaries, failures } = sorted(provided);
  if (binaries.size === 0) throw soleFailure(failures);
  if (signal.aborted) throw interrupted();

  const twins = twinsOf(plan.cells, binaries);
  const campaign = await openCampaign(input, binaries, twins);
  const known = { binaries: provided, twins, engine: facts };
  const rehearsal = new Rehearsal({ ...known, plan });
  const labels = { "vivarium.campaign": campaign.header.id };
  const onStarting = (): void => rehearsal.begin();
  const place = await attemptPlace({ ...input, onStarting }, labels, () => campaign.sinceStart());
  const slots = new ClosingBehind(place.executor);
  try {
    const outcome = await runCampaign({
      campaign,
      binaries,
      executor: slots,
      judge: judgeFor(plan.counted),
      statistics: stopStatistics(plan),
      progress: sink,
      signal,
    });
    const { captureCrashes, closeCampaign, settleSchedules, settleHolds, writeSchedules, writeHolds } =
      await loadEnd();
    const means = { engine, binaries, labels, sink, signal };
    const schedules = await settleSchedules(outcome, means);
    const holds = await settleHolds(outcome, means);
    const groups = await captureCrashes(outcome, { ...means, schedules, holds, place });
    const result = await closeCampaign(campaign.folder, {
      ...known,
      nodes: await place.machines(),
      outcome: { ...outcome, plan },
      groups,
      schedules,
      holds,
    });
    await writeSchedules(campaign.folder, result, plan, schedules, binaries);
    await writeHolds(campaign.folder, result, plan, holds, binaries);
    return { result, folder: campaign.folder, failures };
  } finally {
    rehearsal.cancel();
    await slots.closed();
    await campaign.close();
  }
}

/** What was built, and why the rest was not; by cell id. */
function sorted(provided: ReadonlyMap<string, Binary | Failure>) {
  const binaries = new Map<string, Binary>();
  const failures = new Map<string, Failure>();
  for (const [id, each] of provided) {
    if (each instanceof Failure) failures.set(id, each);
    else binaries.set(id, each);
  }
  return { binaries, failures };
}

/** A new campaign, or the one to go on with. A cell without a binary has no attempts to make, and one that is another's twin needs none. */
function openCampaign(
  { plan, store, resume }: CarryOutInput,
  binaries: ReadonlyMap<string, Binary>,
  twins: ReadonlyMap<string, string>,
): Promise<OpenCampaign> {
  const cells = plan.cells.filter(({ id }) => binaries.has(id) && !twins.has(id));
  const runnable = { ...plan, cells };
  return resume === undefined
    ? beginCampaign(store, runnable, binaries)
    : resumeCampaign(store, resume, runnable, binaries);
}

/**
 * Loads what only the end needs while the engine starts the first container: neither before, when it would hold the requests up that lead to the
 * start, nor after the last attempt.
 */
class Rehearsal {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly known: Parameters<Awaited<ReturnType<typeof loadEnd>>["rehearseClosing"]>[0],
  ) {}

  /** The first time that it is called. */
  begin(): void {
    this.timer ??= setTimeout(() => {
      void loadEnd()
        .then(({ rehearseClosing }) => rehearseClosing(this.known))
        .catch(() => undefined);
    }, LOAD_CLOSING_AFTER_MS);
  }

  cancel(): void {
    clearTimeout(this.timer);
  }
}

/** What is needed after the last attempt. */
async function loadEnd() {
  const [capture, settle, holds, writeSchedules, writeHolds, close] = await Promise.all([
    import("./capture-crashes.js"),
    import("./settle-schedules.js"),
    import("./settle-holds.js"),
    import("./write-schedules.js"),
    import("./write-holds.js"),
    import("./close-campaign.js"),
  ]);
  return { ...capture, ...settle, ...holds, ...writeSchedules, ...writeHolds, ...close };
}

async function sweepDead(engine: Engine, sink: ProgressSink): Promise<void> {
  const swept = await engine.sweep();
  if (swept.length === 0) return;
  const text = `removed ${counted(swept.length, "container")} that a dead vivarium left behind`;
  sink({ kind: "note", level: "info", text });
}

/** A message with the environments that it is about, unless it names the one itself. */
function named(message: string, ids: readonly string[]): string {
  const [only, ...more] = ids;
  return more.length === 0 && message.startsWith(`${only} `) ? message : `${ids.join(", ")}: ${message}`;
}

/** One failure for all environments, where none could be had: their messages, each once. */
function soleFailure(failures: ReadonlyMap<string, Failure>): Failure {
  const all = [...failures];
  const [first] = all;
  if (first === undefined) return infrastructure("there was nothing to run");
  const messages = new Map<string, string[]>();
  for (const [id, { message }] of all) messages.set(message, [...(messages.get(message) ?? []), id]);
  const text = [...messages].map(([message, ids]) => named(message, ids)).join("\n");
  const kind = all.some(([, { kind }]) => kind === "infrastructure") ? "infrastructure" : first[1].kind;
  return new Failure(kind, text, first[1].remedy, { cause: first[1] });
}
