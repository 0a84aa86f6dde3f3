import * as z from "zod";
import { infrastructure, interrupted } from "../../failure.js";
import { createBody } from "./create-body.js";
import type { Container, ContainerRequest } from "../engine.js";
import type { Lease, LiveContainers } from "./live.js";
import { neverHeard } from "../connection/loss.js";
import { printable } from "../printable.js";
import { Refusal } from "../refusal.js";
import { RunningContainer } from "./running.js";
import type { Wire } from "../connection/wire.js";

/** How long a container may be used where its request does not say. */
const DEFAULT_LIFETIME_MS = 24 * 3_600_000;
/** Creates wait for each other and for the disk; one that takes longer is given up. */
const CREATE_WITHIN_MS = 120_000;

const Created = z.looseObject({
  Id: z.string().regex(/^[0-9a-f]{12,64}$/),
  Warnings: z.array(z.string()).nullish(),
});

/**
 * Creates, attaches, starts, begins to wait: in this order, so that no output and no end can be missed. Whatever fails,
 * nothing is left behind.
 */
export async function startContainer(
  wire: Wire,
  live: LiveContainers,
  request: ContainerRequest,
  signal?: AbortSignal,
): Promise<Container> {
  const lifetimeMs = request.lifetimeMs ?? DEFAULT_LIFETIME_MS;
  const stop = (): void => {
    if (signal?.aborted || live.ending) throw interrupted();
  };
  stop();
  const lease = live.lease(lifetimeMs);
  const body = createBody(request, { ...request.labels, ...lease.labels }, wire.podman);
  const { id, warnings } = await createContainer(wire, live, lease, body, request.platform);
  let container: RunningContainer | undefined;
  try {
    stop();
    const socket = await wire.hijack({
      what: `attach to container ${lease.name}`,
      method: "POST",
      path: `/containers/${id}/attach`,
      query: { stream: 1, stdin: 1, stdout: 1, stderr: 1 },
      signal,
    });
    container = new RunningContainer(
      wire,
      live,
      id,
      lease.name,
      warnings,
      socket,
      lifetimeMs,
      request.tty === true,
    );
    stop();
    await wire.bytes({
      what: `start container ${lease.name} (${printable(request.command.join(" "), 80)})`,
      method: "POST",
      path: `/containers/${id}/start`,
      deadlineMs: 60_000,
      signal,
    });
    container.started();
    stop();
    return container;
  } catch (error) {
    await (container?.remove() ?? live.remove(lease.name));
    throw error;
  }
}

/**
 * Sends a create under a lease. It is never aborted: an engine may carry out a create that it was told to forget, and nobody
 * would know. One that was not answered is looked for until it is certain that there is nothing.
 */
export async function createContainer(
  wire: Wire,
  live: LiveContainers,
  lease: Lease,
  body: object,
  platform?: string,
): Promise<{ readonly id: string; readonly warnings: readonly string[] }> {
  try {
    const { Id, Warnings } = await live.creating(
      lease.name,
      wire.json(Created, {
        what: "create a container",
        method: "POST",
        path: "/containers/create",
        query: { name: lease.name, ...(platform === undefined ? {} : { platform }) },
        body,
        headers: { "Content-Type": "application/json" },
        deadlineMs: CREATE_WITHIN_MS,
      }),
    );
    return { id: Id, warnings: (Warnings ?? []).map((each) => printable(each, 500)).filter(Boolean) };
  } catch (error) {
    // Of an engine that is down, nothing need be looked for; a refusal by a proxy on the way is not the engine's word.
    if (neverHeard(error)) live.forget(lease.name);
    else if (error instanceof Refusal && error.status < 500) await live.remove(lease.name);
    else await live.removeUncertain(lease.name);
    if (error instanceof Refusal && error.status === 404) {
      throw infrastructure(error.message, "build or pull the image first ('vivarium build')", error);
    }
    throw error;
  }
}
