import * as z from "zod";
import { refusedWith } from "../refusal.js";
import type { Wire } from "../connection/wire.js";

/** Swarm refuses the network `none`; an internal bridge on each node reaches nothing. */
const NAME = "vivarium-none";

const Listed = z.array(
  z.looseObject({
    Name: z.string(),
    Id: z.string(),
    Internal: z.boolean().nullish(),
    Scope: z.string().nullish(),
  }),
);

/** The name of the swarm's network that leads nowhere, made where there is none. */
export async function isolatedNetwork(wire: Wire): Promise<string> {
  const known = await wire.json(Listed, {
    what: "list networks",
    path: "/networks",
    query: { filters: { name: [NAME] } },
  });
  if (known.some(({ Name, Internal, Scope }) => Name === NAME && Internal === true && Scope === "swarm"))
    return NAME;
  try {
    await wire.bytes({
      what: `create network ${NAME}`,
      method: "POST",
      path: "/networks/create",
      body: {
        Name: NAME,
        CheckDuplicate: true,
        Driver: "bridge",
        Scope: "swarm",
        Internal: true,
        // Attempts that run beside each other on a node do not see each other.
        Options: { "com.docker.network.bridge.enable_icc": "false" },
        Labels: { "vivarium.network": "none" },
      },
      headers: { "Content-Type": "application/json" },
    });
  } catch (error) {
    // Another process made it meanwhile.
    if (!refusedWith(error, 409)) throw error;
  }
  return NAME;
}
