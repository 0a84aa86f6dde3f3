import { CONTAINER_LABEL, deadlineOf, ownerOf } from "../labels.js";
import { listContainers, type ListedContainer } from "./list.js";
import { provablyDead } from "../owner.js";
import { removeContainer } from "./remove.js";
import type { Wire } from "../connection/wire.js";

/** Slack for clocks that differ between the machines that share an engine. */
const CLOCK_SLACK_MS = 3_600_000;

/**
 * Removes the containers that nobody can be using: those whose owner was a process of this host that is dead, and those that have
 * stopped and are past the time until which their owner, wherever it is, said that it would use them.
 */
export async function sweep(wire: Wire): Promise<readonly string[]> {
  const containers = await listContainers(wire, { [CONTAINER_LABEL]: "" });
  const removed = await Promise.all(
    containers
      .filter((each) => abandoned(each, Date.now()))
      .map(async ({ id, name }) => ((await removeContainer(wire, id)) ? [name] : [])),
  );
  return removed.flat();
}

function abandoned({ name, labels, state }: ListedContainer, now: number): boolean {
  // A container that somebody made from a commit of ours carries our labels, but not our name.
  if (labels[CONTAINER_LABEL] !== name) return false;
  const owner = ownerOf(labels);
  if (owner !== null && provablyDead(owner)) return true;
  const deadline = deadlineOf(labels);
  const stopped = state === "exited" || state === "created" || state === "dead";
  return stopped && deadline !== null && now > deadline.getTime() + CLOCK_SLACK_MS;
}
