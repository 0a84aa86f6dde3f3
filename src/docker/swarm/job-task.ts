import * as z from "zod";
import { printable } from "../../text/printable.js";
import type { Wire } from "../connection/wire.js";

const Tasks = z.array(
  z.looseObject({
    ID: z.string(),
    NodeID: z.string().nullish(),
    CreatedAt: z.string().nullish(),
    Status: z.looseObject({
      State: z.string(),
      Err: z.string().nullish(),
      Message: z.string().nullish(),
    }),
  }),
);

/** Where a job's task is: its swarm state, its node once it has one, and why it failed, in the swarm's words. */
export interface JobTask {
  readonly state: string;
  readonly node: string | null;
  readonly why: string | null;
  /** Tasks that the swarm made for this job: more than one means that it started it again. */
  readonly made: number;
}

const LOST = new Set(["failed", "rejected", "orphaned", "shutdown", "remove"]);

/** The newest task of a job, or null where the swarm has made none yet. */
export async function askTask(wire: Wire, service: string): Promise<JobTask | null> {
  const tasks = await wire.json(Tasks, {
    what: `ask for the task of job ${service}`,
    path: "/tasks",
    query: { filters: { service: [service] } },
  });
  const newest = [...tasks].sort((a, b) => (a.CreatedAt ?? "").localeCompare(b.CreatedAt ?? "")).at(-1);
  if (newest === undefined) return null;
  const { State, Err, Message } = newest.Status;
  return {
    state: State,
    node: newest.NodeID === "" ? null : (newest.NodeID ?? null),
    why: Err || Message ? printable(String(Err || Message), 300) : null,
    made: tasks.length,
  };
}

/** Whether a task in this state will say no more. */
export function isLost({ state }: JobTask): boolean {
  return LOST.has(state);
}
