import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Labels } from "../engine.js";
import { CONTAINER_LABEL, ownerLabels, SESSION_LABEL } from "../labels.js";
import { listContainers } from "./list.js";
import { thisOwner } from "../owner.js";
import { removeContainer } from "./remove.js";
import type { Wire } from "../connection/wire.js";

/** How long an engine may take to carry out a create that it never answered. */
const UNCERTAIN_FOR_MS = 15_000;
/** A lost create is taken for carried out or dropped after so many looks that found nothing, a second apart. */
const LOOKS = 3;

/** What a container is made under: its name and labels, chosen before the engine hears of it. */
export interface Lease {
  readonly name: string;
  readonly labels: Labels;
}

/**
 * The containers that this process has, or may have, on the engine. A name is entered before its create is sent and
 * leaves when the engine was seen to have none of it, so whatever happens between, there is a name to remove.
 */
export class LiveContainers {
  private readonly names = new Set<string>();
  private readonly creates = new Map<string, Promise<unknown>>();
  private readonly owner = thisOwner();
  private readonly session = randomBytes(16).toString("hex");
  private over = false;

  constructor(private readonly wire: Wire) {}

  /** True once everything is being removed: nothing may be started any more. */
  get ending(): boolean {
    return this.over;
  }

  lease(lifetimeMs: number): Lease {
    const name = `vivarium-${process.pid}-${randomBytes(6).toString("hex")}`;
    this.names.add(name);
    const labels = ownerLabels(this.owner, name, new Date(Date.now() + lifetimeMs));
    return { name, labels: { ...labels, [SESSION_LABEL]: this.session } };
  }

  /** Notes the create that is under way for a name, so that a removal comes after it and not before. */
  async creating<T>(name: string, create: Promise<T>): Promise<T> {
    this.creates.set(name, create);
    try {
      return await create;
    } finally {
      this.creates.delete(name);
    }
  }

  /** Gives up a name whose create never reached the engine. */
  forget(name: string): void {
    this.names.delete(name);
  }

  /** Removes one container; see removeContainer. */
  async remove(name: string, forMs?: number): Promise<boolean> {
    const gone = await removeContainer(this.wire, name, forMs);
    if (gone) this.names.delete(name);
    return gone;
  }

  /**
   * Removes a container whose create was sent and not answered, which the engine may carry out later still: it is gone
   * when LOOKS looks in a row found none. (What comes later still, removeAll finds by its label.)
   */
  async removeUncertain(name: string): Promise<boolean> {
    const until = performance.now() + Math.max(3000, this.wire.limit(UNCERTAIN_FOR_MS));
    for (let seenNone = 0; performance.now() < until;) {
      const gone = await removeContainer(this.wire, name, 5000);
      const listed = gone ? await this.listed(name) : null;
      if (listed === null) seenNone = 0;
      else seenNone = listed === 0 ? seenNone + 1 : 0;
      if (seenNone === LOOKS) {
        this.names.delete(name);
        return true;
      }
      await sleep(Math.max(500, this.wire.limit(1000)));
    }
    return false;
  }

  /**
   * Removes all that this process has on the engine, at once, within about `forMs` milliseconds. Returns the names that
   * could not be seen to be gone; the next sweep has them.
   */
  async removeAll(forMs: number): Promise<readonly string[]> {
    this.over = true;
    const until = performance.now() + forMs;
    await Promise.all(
      [...this.names].map(async (name) => {
        const create = this.creates.get(name);
        if (create) await Promise.race([create.catch(() => undefined), sleep(forMs)]);
        await this.remove(name, Math.max(200, until - performance.now()));
      }),
    );
    return [...new Set([...this.names, ...(await this.removeUnknown(until))])];
  }

  /** Removes what carries this session's label all the same: a lost create that the engine took its time for. */
  private async removeUnknown(until: number): Promise<readonly string[]> {
    try {
      const left = await listContainers(this.wire, { [SESSION_LABEL]: this.session });
      const forMs = Math.max(200, until - performance.now());
      const gone = await Promise.all(left.map(({ id }) => removeContainer(this.wire, id, forMs)));
      return left.filter((_, i) => !gone[i]).map(({ name }) => name);
    } catch {
      return []; // No answer: what could be known is known.
    }
  }

  private async listed(name: string): Promise<number | null> {
    try {
      return (await listContainers(this.wire, { [CONTAINER_LABEL]: name })).length;
    } catch {
      return null;
    }
  }
}
