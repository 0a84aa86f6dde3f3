import { createContainer } from "./create.js";
import type { LiveContainers } from "./live.js";
import type { Wire } from "../connection/wire.js";

const WITHIN_MS = 300_000;

/** Does `work` with a container of an image that is never started, and removes it. */
export async function withIdleContainer<T>(
  wire: Wire,
  live: LiveContainers,
  image: string,
  work: (id: string) => Promise<T>,
): Promise<T> {
  const lease = live.lease(WITHIN_MS);
  const body = {
    Image: image,
    // An image without a command of its own cannot be created without one; this one never runs.
    Entrypoint: ["/"],
    Labels: lease.labels,
    HostConfig: { NetworkMode: "none" },
  };
  const { id } = await createContainer(wire, live, lease, body);
  try {
    return await work(id);
  } finally {
    await live.remove(lease.name);
  }
}
