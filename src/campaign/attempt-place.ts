import type { Labels } from "../docker/engine.js";
import type { SwarmNode } from "../docker/swarm/swarm.js";
import { badRequest } from "../failure.js";
import { imageFiles } from "../images/instrument.js";
import { Containers } from "../run/runner/containers.js";
import type { Executor } from "../run/runner/executor.js";
import type { Engine } from "../docker/engine.js";
import type { Plan } from "../plan/plan.js";
import type { ProgressSink } from "../progress/event.js";

/** Where a campaign's attempts are made. */
export interface AttemptPlace {
  readonly executor: Executor;
  /** The machines of a swarm, as they are now; undefined where there is one engine. */
  nodes(): Promise<readonly SwarmNode[] | undefined>;
}

/** What a place is made with. */
export interface PlaceOptions {
  readonly plan: Plan;
  readonly engine: Engine;
  /** Where the nodes of a swarm have their images from. */
  readonly registry?: string | undefined;
  readonly sink: ProgressSink;
  readonly signal: AbortSignal;
}

/** The engine itself, or the nodes of its swarm where the plan's request asks for that. Throws a Failure where it cannot be. */
export async function attemptPlace(
  { plan, engine, registry, sink, signal }: PlaceOptions,
  labels: Labels,
  sinceStart: () => number,
): Promise<AttemptPlace> {
  if (plan.request.cluster !== "swarm")
    return { executor: new Containers(engine, labels, sinceStart), nodes: () => Promise.resolve(undefined) };
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
      text: `removed ${swept.length} jobs that a dead vivarium left behind`,
    });
  const ready = nodes.filter((node) => node.ready);
  const cpus = ready.reduce((sum, node) => sum + node.cpus, 0);
  sink({
    kind: "note",
    level: "info",
    text: `swarm: ${ready.length} of ${nodes.length} nodes are ready, ${cpus} CPUs; not limited there: ${swarm.unset.join("; ")}`,
  });
  const published = new PublishedImages(engine, registry, sink, signal);
  return {
    executor: new SwarmSlots({
      swarm,
      filesOf: (image) => imageFiles(engine, image),
      published: (image) => published.digest(image),
      labels,
      sinceStart,
    }),
    nodes: () => swarm.nodes().catch(() => nodes),
  };
}
