import { randomBytes } from "node:crypto";
import * as z from "zod";
import type { Wire } from "../connection/wire.js";
import { ownerLabels, ownerOf } from "../labels.js";
import { provablyDead, thisOwner } from "../owner.js";
import { remove } from "./remove.js";

const LABEL = "vivarium.network";
const LIFETIME_MS = 24 * 3_600_000;
/** A network is in use for a moment after its last job was removed. */
const REMOVE_TRIES = 10;
const REMOVE_PAUSE_MS = 300;

const Listed = z.array(
  z.looseObject({ Name: z.string(), Labels: z.record(z.string(), z.string()).nullish() }),
);

/**
 * Networks that lead nowhere, for jobs without one: Swarm refuses `none`; an internal bridge on each node reaches nothing. Each process has its
 * own, and takes a new one where a node cannot use it: a node whose engine was killed keeps its old one and refuses every task that asks for it.
 */
export class IsolatedNetworks {
  private current: Promise<string> | null = null;
  /** Names that were asked for: whatever became of the request, there is a name to remove. */
  private readonly names = new Set<string>();

  constructor(private readonly wire: Wire) {}

  /** Name of the network to use now. */
  name(): Promise<string> {
    this.current ??= this.create().catch((error: unknown) => {
      this.current = null;
      throw error;
    });
    return this.current;
  }

  /** A node could not use the network: the next job gets another one. */
  renew(): void {
    this.current = null;
  }

  /** Removes this process's networks. Never throws: what is left the next sweep has. */
  async remove(): Promise<void> {
    this.current = null;
    await Promise.all([...this.names].map((name) => this.removeOne(name)));
  }

  /** Removes networks of processes of this machine that are provably dead. */
  async sweep(): Promise<void> {
    const networks = await this.wire.json(Listed, {
      what: "list networks",
      path: "/networks",
      query: { filters: { label: [LABEL] } },
    });
    for (const { Name, Labels } of networks) {
      const owner = ownerOf(Labels ?? {});
      if (owner !== null && provablyDead(owner)) await this.removeOne(Name);
    }
  }

  private async create(): Promise<string> {
    const name = `vivarium-none-${randomBytes(6).toString("hex")}`;
    this.names.add(name);
    await this.wire.bytes({
      what: `create network ${name}`,
      method: "POST",
      path: "/networks/create",
      body: {
        Name: name,
        Driver: "bridge",
        Scope: "swarm",
        Internal: true,
        // Attempts that run beside each other on a node do not see each other.
        Options: { "com.docker.network.bridge.enable_icc": "false" },
        Labels: { [LABEL]: "none", ...ownerLabels(thisOwner(), name, new Date(Date.now() + LIFETIME_MS)) },
      },
      headers: { "Content-Type": "application/json" },
    });
    return name;
  }

  private async removeOne(name: string): Promise<void> {
    const network = { what: `network ${name}`, path: `/networks/${name}` };
    const gone = await remove(this.wire, {
      ...network,
      tries: REMOVE_TRIES,
      pauseMs: () => REMOVE_PAUSE_MS,
    });
    if (gone) this.names.delete(name);
  }
}
