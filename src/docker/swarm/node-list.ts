import * as z from "zod";
import { infrastructure } from "../../failure.js";
import { Refusal } from "../refusal.js";
import type { Wire } from "../connection/wire.js";
import type { Machine } from "../machine.js";

const Listed = z.array(
  z.looseObject({
    ID: z.string(),
    Spec: z.looseObject({ Availability: z.string() }),
    Description: z.looseObject({
      Hostname: z.string().nullish(),
      Resources: z
        .looseObject({ NanoCPUs: z.number().nullish(), MemoryBytes: z.number().nullish() })
        .nullish(),
      Engine: z.looseObject({ EngineVersion: z.string().nullish() }).nullish(),
    }),
    Status: z.looseObject({ State: z.string() }),
  }),
);

/** The swarm's nodes, as its manager sees them now. Throws a Failure with what to do where the engine is no manager. */
export async function listNodes(wire: Wire): Promise<readonly Machine[]> {
  try {
    const nodes = await wire.json(Listed, { what: "list the swarm's nodes", path: "/nodes" });
    return nodes.map(({ ID, Spec, Description, Status }) => ({
      id: ID,
      hostname: Description.Hostname ?? "",
      ready: Status.State === "ready" && Spec.Availability === "active",
      engine: Description.Engine?.EngineVersion ?? "",
      kernel: null,
      cpus: Math.max(1, Math.floor((Description.Resources?.NanoCPUs ?? 0) / 1e9)),
      memory: Description.Resources?.MemoryBytes ?? 0,
    }));
  } catch (error) {
    if (error instanceof Refusal && error.status === 503)
      throw infrastructure(
        `--swarm: the engine at ${wire.where.text} is not a swarm manager`,
        "name a manager with --host or --context; 'docker swarm init' makes this engine one",
        error,
      );
    throw error;
  }
}
