import * as z from "zod";
import { lastingInfrastructure } from "../../failure.js";
import type { Lease, LiveContainers } from "./live.js";
import { neverHeard } from "../connection/connection-failures.js";
import { printable } from "../../text/printable.js";
import { Refusal } from "../refusal.js";
import type { Wire } from "../connection/wire.js";

/** Creates wait for each other and for the disk; one that takes longer is given up. */
const CREATE_WITHIN_MS = 120_000;

const Created = z.looseObject({
  Id: z.string().regex(/^[0-9a-f]{12,64}$/),
  Warnings: z.array(z.string()).nullish(),
});

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
      throw lastingInfrastructure(error.message, "build or pull the image first ('vivarium build')", error);
    }
    throw error;
  }
}
