import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { ContainerEnd } from "../engine.js";
import { infrastructure } from "../../failure.js";
import type { Wire } from "../connection/wire.js";

const Waited = z.looseObject({
  StatusCode: z.number(),
  Error: z.looseObject({ Message: z.string().nullish() }).nullish(),
});
const Inspected = z.looseObject({
  State: z.looseObject({
    Status: z.string(),
    Running: z.boolean(),
    ExitCode: z.number(),
    OOMKilled: z.boolean().nullish(),
    StartedAt: z.string(),
  }),
});
type State = z.infer<typeof Inspected>["State"];
type Waited = z.infer<typeof Waited>;

/** How often a container that is waited for is looked at, in case that the wait was lost without a sign. */
const LOOK_EVERY_MS = 20_000;
/** A wait must answer within this time of a look that found the container ended. */
const LATE_MS = 10_000;

/**
 * Waits for a started container's end. An engine's wait may lie or hang: its answer counts only where an inspection afterwards
 * agrees, and a wait that outlives its container is given up.
 */
export async function waitForEnd(
  wire: Wire,
  id: string,
  options: { readonly lifetimeMs: number; readonly signal: AbortSignal },
): Promise<ContainerEnd> {
  const { lifetimeMs, signal } = options;
  const wait = wire.json(Waited, {
    what: `wait for container ${id.slice(0, 12)}`,
    method: "POST",
    path: `/containers/${id}/wait`,
    deadlineMs: lifetimeMs,
    signal,
  });
  const waited = await Promise.race([wait, endSeenOtherwise(wire, id, wait, signal)]);
  return judge(await inspect(wire, id), waited);
}

/** Pure: whether the engine's two answers agree. `waited` is null where the wait never answered. */
export function judge(state: State, waited: Waited | null): ContainerEnd {
  const why = doubt(state, waited);
  return {
    exitCode: state.ExitCode,
    oomKilled: state.OOMKilled === true,
    trusted: why === null,
    why,
  };
}

function doubt(state: State, waited: Waited | null): string | null {
  if (state.StartedAt.startsWith("0001-")) return "the engine says that it never started";
  if (state.Running || (state.Status !== "exited" && state.Status !== "stopped"))
    return `the engine says that it is ${state.Status} after its end`;
  if (waited === null) return "the engine's wait did not answer though it ended";
  if (waited.Error?.Message) return `the engine's wait failed: ${waited.Error.Message}`;
  if (waited.StatusCode !== state.ExitCode)
    return `the engine's wait says exit ${waited.StatusCode}, its inspection ${state.ExitCode}`;
  return null;
}

/** Resolves with null where looks say that the container ended and the wait stays silent; fails where it vanished. */
async function endSeenOtherwise(
  wire: Wire,
  id: string,
  wait: Promise<unknown>,
  signal: AbortSignal,
): Promise<null> {
  const settled = new AbortController();
  void wait.then(
    () => settled.abort(),
    () => settled.abort(),
  );
  const either = AbortSignal.any([settled.signal, signal]);
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal: either, ref: false });
  const never = new Promise<null>(() => undefined);
  try {
    for (;;) {
      await pause(wire.limit(LOOK_EVERY_MS));
      if ((await inspect(wire, id)).Running) continue;
      await pause(wire.limit(LATE_MS));
      return null;
    }
  } catch (error) {
    // The wait itself has settled, or all of it is over: its promise decides.
    if (either.aborted) return never;
    throw error;
  }
}

async function inspect(wire: Wire, id: string): Promise<State> {
  const { State } = await wire.json(Inspected, {
    what: `inspect container ${id.slice(0, 12)}`,
    path: `/containers/${id}/json`,
  });
  if (State === undefined) throw infrastructure("the engine told no state of a container");
  return State;
}
