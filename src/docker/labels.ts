import type { Labels } from "./engine.js";
import type { Owner } from "./owner.js";

/** On every container that vivarium makes, and on nothing else: containers inherit their image's labels. */
export const CONTAINER_LABEL = "vivarium.container";
/** One use of an engine by one process: all that it made, and nothing of another in the same process. */
export const SESSION_LABEL = "vivarium.session";
const HOST = "vivarium.owner.host";
const PID = "vivarium.owner.pid";
const STARTED = "vivarium.owner.started";
const DEADLINE = "vivarium.deadline";

/** Labels that say whose a container is and until when it may be used. `name` is the container's own. */
export function ownerLabels(owner: Owner, name: string, deadline: Date): Labels {
  return {
    [CONTAINER_LABEL]: name,
    [HOST]: owner.host,
    [PID]: String(owner.pid),
    [STARTED]: owner.started,
    [DEADLINE]: deadline.toISOString(),
  };
}

/** The owner that labels name, or null where they name none. */
export function ownerOf(labels: Labels): Owner | null {
  const host = labels[HOST];
  const started = labels[STARTED];
  const pid = Number(labels[PID]);
  if (host === undefined || started === undefined || !Number.isSafeInteger(pid)) return null;
  return { host, pid, started };
}

/** Until when the owner said that it would use the container, or null. */
export function deadlineOf(labels: Labels): Date | null {
  const time = Date.parse(labels[DEADLINE] ?? "");
  return Number.isNaN(time) ? null : new Date(time);
}
