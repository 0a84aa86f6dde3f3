import { interrupted } from "../../failure.js";
import { createBody } from "./create-body.js";
import type { Container, ContainerRequest } from "../engine.js";
import { packContext } from "../image/build-context.js";
import { createContainer } from "./create.js";
import type { LiveContainers } from "./live.js";
import { printable } from "../../text/printable.js";
import { RunningContainer } from "./running.js";
import type { Wire } from "../connection/wire.js";

/** How long a container may be used where its request does not say. */
const DEFAULT_LIFETIME_MS = 24 * 3_600_000;
const PUT_WITHIN_MS = 300_000;

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
    if (request.files !== undefined) await putFiles(wire, id, lease.name, request.files, signal);
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
      request.onStderr,
    );
    stop();
    const starting = wire.bytes({
      what: `start container ${lease.name} (${printable(request.command.join(" "), 80)})`,
      method: "POST",
      path: `/containers/${id}/start`,
      deadlineMs: 60_000,
      signal,
    });
    request.onStarting?.();
    await starting;
    container.started();
    stop();
    return container;
  } catch (error) {
    await (container?.remove() ?? live.remove(lease.name));
    throw error;
  }
}

async function putFiles(
  wire: Wire,
  id: string,
  name: string,
  files: NonNullable<ContainerRequest["files"]>,
  signal: AbortSignal | undefined,
): Promise<void> {
  await wire.bytes({
    what: `copy files into container ${name}`,
    method: "PUT",
    path: `/containers/${id}/archive`,
    query: { path: "/", noOverwriteDirNonDir: 1 },
    upload: packContext(files),
    deadlineMs: PUT_WITHIN_MS,
    signal,
  });
}
