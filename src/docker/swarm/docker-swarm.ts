import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { interrupted } from "../../failure.js";
import { ownerLabels, ownerOf, SESSION_LABEL } from "../labels.js";
import { provablyDead, thisOwner } from "../owner.js";
import type { Wire } from "../connection/wire.js";
import { jobBody, UNSET } from "./job-body.js";
import { listNodes } from "./node-list.js";
import { remove } from "./remove.js";
import { RunningJob } from "./running-job.js";
import { IsolatedNetworks } from "./isolated-network.js";
import type { Machine } from "../machine.js";
import type { Job, JobRequest, Swarm } from "./swarm.js";

/** On every job of vivarium's. */
const JOB_LABEL = "vivarium.job";
const LIFETIME_MS = 24 * 3_600_000;
const CREATE_WITHIN_MS = 60_000;

const Created = z.looseObject({ ID: z.string().min(1) });
const Services = z.array(
  z.looseObject({
    ID: z.string(),
    Spec: z.looseObject({ Name: z.string(), Labels: z.record(z.string(), z.string()).nullish() }),
  }),
);

/** The swarm of one connection's engine. Names are chosen before a create is sent, so that whatever happens there is a name to remove. */
export class DockerSwarm implements Swarm {
  readonly unset = UNSET;
  private readonly names = new Set<string>();
  private readonly owner = thisOwner();
  private readonly session = randomBytes(16).toString("hex");
  private readonly networks: IsolatedNetworks;
  private ending = false;

  constructor(private readonly wire: Wire) {
    this.networks = new IsolatedNetworks(wire);
  }

  nodes(): Promise<readonly Machine[]> {
    return listNodes(this.wire);
  }

  async start(request: JobRequest, signal?: AbortSignal): Promise<Job> {
    const stop = (): void => {
      if (signal?.aborted || this.ending) throw interrupted();
    };
    stop();
    const network = request.network === "none" ? await this.networks.name() : null;
    const name = `vivarium-${process.pid}-${randomBytes(6).toString("hex")}`;
    const labels = {
      ...request.labels,
      ...ownerLabels(this.owner, name, new Date(Date.now() + LIFETIME_MS)),
      [SESSION_LABEL]: this.session,
      [JOB_LABEL]: name,
    };
    this.names.add(name);
    try {
      const { ID } = await this.wire.json(Created, {
        what: `create job ${name}`,
        method: "POST",
        path: "/services/create",
        body: jobBody(request, name, labels, network),
        headers: { "Content-Type": "application/json" },
        deadlineMs: CREATE_WITHIN_MS,
      });
      stop();
      return new RunningJob(this.wire, name, ID, request.node ?? null, {
        remove: () => this.remove(name),
        networkRefused: () => this.networks.renew(),
      });
    } catch (error) {
      await this.remove(name);
      throw error;
    }
  }

  async sweep(): Promise<readonly string[]> {
    const services = await this.services({ [JOB_LABEL]: "" });
    const dead = services.filter(({ labels }) => {
      const owner = ownerOf(labels);
      return owner !== null && provablyDead(owner);
    });
    for (const { name } of dead) await this.remove(name);
    await this.networks.sweep();
    return dead.map(({ name }) => name);
  }

  async removeAll(forMs: number): Promise<readonly string[]> {
    this.ending = true;
    const end = performance.now() + forMs;
    const all = async (): Promise<void> => {
      // A manager that does not answer may do so a moment later.
      while (this.names.size > 0 && performance.now() < end)
        await Promise.all([...this.names].map((name) => this.remove(name)));
      await this.networks.remove();
    };
    await Promise.race([all(), sleep(forMs, undefined, { ref: false })]);
    return [...this.names];
  }

  private async services(labels: Readonly<Record<string, string>>) {
    const keys = Object.entries(labels).map(([key, value]) => (value === "" ? key : `${key}=${value}`));
    const services = await this.wire.json(Services, {
      what: "list the swarm's jobs",
      path: "/services",
      query: { filters: { label: keys } },
    });
    return services.map(({ Spec }) => ({ name: Spec.Name, labels: Spec.Labels ?? {} }));
  }

  /** Removes a job by its name, and its task with it. Never throws: what is left the next sweep has. */
  private async remove(name: string): Promise<void> {
    const job = { what: `job ${name}`, path: `/services/${name}` };
    const gone = await remove(this.wire, { ...job, tries: 3, pauseMs: (tried) => 200 * (tried + 1) });
    if (gone) this.names.delete(name);
  }
}
