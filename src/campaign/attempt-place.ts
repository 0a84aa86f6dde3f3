import type { Engine, Labels } from "../docker/engine.js";
import type { Machine } from "../docker/machine.js";
import { badRequest, Failure, infrastructure } from "../failure.js";
import { imageFiles } from "../images/instrument.js";
import type { Plan } from "../plan/plan.js";
import type { ProgressSink } from "../progress/event.js";
import { EngineCaptures, type CapturePlace, type CaptureRun } from "../run/capture/capture-place.js";
import { Containers } from "../run/runner/containers.js";
import type { EngineOfSeveral } from "../run/engines/several-engines.js";
import type { Executor, Slot } from "../run/runner/executor.js";
import { counted } from "../text/numbers.js";

/** Where a campaign's attempts are made, and its crashes are looked at. */
export interface AttemptPlace {
  readonly executor: Executor;
  /** Where gdb looks at a crash that a machine met; undefined: where there is one machine. */
  captures(machine: string | undefined): CapturePlace;
  /** The machines, as they are now; undefined where there is one. */
  machines(): Promise<readonly Machine[] | undefined>;
}

/** What a place is made with. */
export interface PlaceOptions {
  readonly plan: Plan;
  readonly engine: Engine;
  /** Further engines that attempts are spread over. */
  readonly others?: readonly Engine[] | undefined;
  /** Where the nodes of a swarm have their images from. */
  readonly registry?: string | undefined;
  readonly sink: ProgressSink;
  readonly signal: AbortSignal;
  /** Told as a container is being started: then this process has nothing to do for a while. */
  readonly onStarting?: (() => void) | undefined;
}

/** The engine itself, it and others, or the nodes of its swarm, as the request asks. Throws a Failure where it cannot be. */
export async function attemptPlace(
  options: PlaceOptions,
  labels: Labels,
  sinceStart: () => number,
): Promise<AttemptPlace> {
  const { plan, engine, others = [], onStarting } = options;
  if (plan.request.cluster === "swarm") {
    onStarting?.();
    return swarmPlace(options, labels, sinceStart);
  }
  if (others.length > 0) return severalPlace(options, labels, sinceStart);
  const captures = new EngineCaptures(engine);
  return {
    executor: new Containers(engine, labels, sinceStart, onStarting),
    captures: () => captures,
    machines: () => Promise.resolve(undefined),
  };
}

/** One of several engines, and gdb on it. */
interface EngineToUse extends EngineOfSeveral {
  readonly captures: CapturePlace;
  readonly address: string;
}

async function severalPlace(
  { engine, others = [], sink, onStarting }: PlaceOptions,
  labels: Labels,
  sinceStart: () => number,
): Promise<AttemptPlace> {
  const [{ SeveralEngines }, { ImageCopies }] = await Promise.all([
    import("../run/engines/several-engines.js"),
    import("../run/engines/image-copies.js"),
  ]);
  const copies = new ImageCopies(engine, sink);
  const engines = await Promise.all(
    [engine, ...others].map(async (each): Promise<EngineToUse> => {
      const { id, hostname, name, kernel, cpus, memory, address, warnings } = await each.facts();
      for (const text of each === engine ? [] : warnings)
        sink({ kind: "note", level: "warning", text: `${address}: ${text}` });
      return {
        machine: { id, hostname: hostname || address, engine: name, kernel, cpus, memory },
        executor: new Containers(each, labels, sinceStart, onStarting),
        captures: new EngineCaptures(each),
        provide: (image: string) => (each === engine ? Promise.resolve() : copies.give(image, each, address)),
        address,
      };
    }),
  );
  refuseTwice(engines);
  const machines = engines.map(({ machine }) => ({ ...machine, ready: true }));
  sink({
    kind: "note",
    level: "info",
    text: `${engines.length} engines: ${machines.map(({ hostname, cpus }) => `${hostname} (${cpus} CPUs)`).join(", ")}`,
  });
  return {
    executor: new SeveralEngines(engines),
    captures: (machine) => ({ open: (run) => captureOnOne(engines, machine, run, sink) }),
    machines: () => Promise.resolve(machines),
  };
}

/** Opens gdb on the engine that met a crash; where it does not answer any more, on another one, and says so. */
async function captureOnOne(
  engines: readonly EngineToUse[],
  met: string | undefined,
  run: CaptureRun,
  sink: ProgressSink,
): Promise<Slot> {
  const inOrder = [...engines].sort((a, b) => Number(b.machine.id === met) - Number(a.machine.id === met));
  for (const [i, { provide, captures, machine }] of inOrder.entries()) {
    try {
      await provide(run.task.image);
      return await captures.open(run);
    } catch (error) {
      const next = inOrder[i + 1];
      if (next === undefined || !(error instanceof Failure) || error.kind !== "infrastructure") throw error;
      const text = `${machine.hostname} can't run gdb, so ${next.machine.hostname} does: ${error.message}`;
      sink({ kind: "note", level: "warning", text });
    }
  }
  throw infrastructure("there is no engine to run gdb on");
}

/** One engine under two addresses would make its attempts beside each other, and be compared with itself. */
function refuseTwice(engines: readonly EngineToUse[]): void {
  for (const [i, { machine, address }] of engines.entries()) {
    const other = engines.slice(0, i).find((each) => each.machine.id === machine.id);
    if (other !== undefined)
      throw badRequest(`${other.address} and ${address} are one and the same engine`, "name it once");
  }
}

async function swarmPlace(
  { engine, registry, sink, signal }: PlaceOptions,
  labels: Labels,
  sinceStart: () => number,
): Promise<AttemptPlace> {
  if (registry === undefined)
    throw badRequest(
      "--swarm needs --registry: the nodes pull the programs' images from it",
      "start one: docker run -d -p 127.0.0.1:5000:5000 registry (or Debian's docker-registry), then --registry HOST:5000",
    );
  const { swarm } = engine;
  const [{ SwarmSlots }, { PublishedImages }, nodes, swept] = await Promise.all([
    import("../run/swarm/swarm-slots.js"),
    import("./published-images.js"),
    swarm.nodes(),
    swarm.sweep(),
  ]);
  if (swept.length > 0)
    sink({
      kind: "note",
      level: "info",
      text: `removed ${counted(swept.length, "job")} that a dead vivarium left behind`,
    });
  const ready = nodes.filter((node) => node.ready);
  const cpus = ready.reduce((sum, node) => sum + node.cpus, 0);
  sink({
    kind: "note",
    level: "info",
    text: `swarm: ${ready.length} of ${nodes.length} nodes are ready, ${cpus} CPUs; not limited there: ${swarm.unset.join("; ")}`,
  });
  const published = new PublishedImages(engine, registry, sink, signal);
  const slots = new SwarmSlots({
    swarm,
    filesOf: (image) => imageFiles(engine, image),
    published: (image) => published.digest(image),
    labels,
    sinceStart,
  });
  return {
    executor: slots,
    captures: (machine) => slots.captures(machine),
    machines: () => swarm.nodes().catch(() => nodes),
  };
}
