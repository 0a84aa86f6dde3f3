import { setTimeout as sleep } from "node:timers/promises";
import type { IncomingMessage } from "node:http";
import { Failure, infrastructure } from "../../failure.js";
import { ChunkQueue } from "../container/chunk-queue.js";
import { Demultiplexer } from "../container/demultiplexer.js";
import { Tail } from "../container/tail.js";
import type { Wire } from "../connection/wire.js";
import { askTask, isLost, type JobTask } from "./job-task.js";
import { listNodes } from "./node-list.js";
import type { Machine } from "../machine.js";
import type { Job } from "./swarm.js";

/** The swarm is asked this often how a task and its node are. */
const LOOK_MS = 1000;
/** A task that does not run within this time waits for resources or an image that do not come. */
const START_WITHIN_MS = 300_000;
/** Once a task is complete, the rest of its log must come within this time. */
const LAST_OUTPUT_MS = 15_000;
const STDERR_TAIL = 16 * 1024;

const REMEDY = "attempts that were not reported do not count; 'docker node ls' shows the swarm's nodes";

/** Who made a job: asked to remove it, and told what it met. */
interface JobOwner {
  readonly remove: () => Promise<void>;
  /** A node would not have the job's network. */
  readonly networkRefused: () => void;
}

/** What the swarm says of a task whose node cannot use its network, though the swarm has it. */
const NETWORK_REFUSED = /network \S+ exists|could not find network|network .*not found/i;

/** What it says where too many networks lie on a node. */
const NO_ADDRESSES = /non-overlapping IPv4 address pool/i;

/** A job whose service was created: its log is read, its task and node are watched, until it is removed. */
export class RunningJob implements Job {
  readonly stdout: ChunkQueue;
  node: Machine | null = null;
  private readonly tail = new Tail(STDERR_TAIL);
  private readonly over = new AbortController();
  private log: IncomingMessage | null = null;
  private lastByte = performance.now();
  private removed: Promise<void> | null = null;

  constructor(
    private readonly wire: Wire,
    readonly name: string,
    private readonly service: string,
    /** The node that it must run on; null: the swarm chooses. */
    private readonly wanted: string | null,
    private readonly owner: JobOwner,
  ) {
    this.stdout = new ChunkQueue((stop) => (stop ? this.log?.pause() : this.log?.resume()));
    void this.readLog().catch((error: unknown) => this.fail(error));
    void this.watch().catch((error: unknown) => this.fail(error));
  }

  stderrTail(): string {
    return this.tail.text();
  }

  remove(): Promise<void> {
    this.removed ??= (async () => {
      this.over.abort();
      this.log?.destroy();
      this.stdout.end(null);
      await this.owner.remove();
    })();
    return this.removed;
  }

  /** Follows the job's log from its first byte. The stream outlives a task that the swarm starts late. */
  private async readLog(): Promise<void> {
    const demultiplexer = new Demultiplexer({
      stdout: (piece) => this.stdout.push(Buffer.from(piece)),
      stderr: (piece) => this.tail.push(piece),
    });
    this.log = await this.wire.stream({
      what: `read the log of job ${this.name}`,
      path: `/services/${this.service}/logs`,
      query: { stdout: 1, stderr: 1, follow: 1 },
      signal: this.over.signal,
    });
    for await (const chunk of this.log as AsyncIterable<Buffer>) {
      this.lastByte = performance.now();
      demultiplexer.push(chunk);
    }
    // A log may end before the job does, where a node goes: the watch finds out which.
    if (!demultiplexer.whole) throw this.lost("its log ended within a frame");
  }

  private async watch(): Promise<void> {
    const { signal } = this.over;
    const begun = performance.now();
    let completeAt: number | null = null;
    while (!signal.aborted) {
      const task = await askTask(this.wire, this.service);
      if (task !== null) await this.look(task);
      if (task?.state === "complete") completeAt ??= performance.now();
      else if (performance.now() - begun > this.wire.limit(START_WITHIN_MS) && this.lastByte < begun)
        throw this.lost(`its task is still ${task?.state ?? "not made"}${task?.why ? `: ${task.why}` : ""}`);
      const waited = completeAt === null ? 0 : performance.now() - Math.max(completeAt, this.lastByte);
      if (waited > this.wire.limit(LAST_OUTPUT_MS))
        throw this.lost("its task is complete, but its log is not");
      await sleep(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Throws where the task or the node that it runs on is lost. */
  private async look(task: JobTask): Promise<void> {
    if (task.made > 1) throw this.lost("the swarm started its task again");
    const id = task.node ?? this.wanted;
    const node = id === null ? undefined : (await listNodes(this.wire)).find((each) => each.id === id);
    this.node = node ?? this.node;
    if (isLost(task)) throw this.refused(task);
    if (id === null) return;
    if (node === undefined) throw this.lost(`the swarm knows its node ${id} no more`);
    // A lost node's tasks read "running" for minutes, and "complete" later; the manager knows of the node first.
    if (!node.ready && task.state !== "complete")
      throw this.lost(`its node ${node.hostname} (${node.id}) does not answer the swarm's manager`);
  }

  /** A task that its node refused, or that failed there. */
  private refused({ state, why }: JobTask): Failure {
    const on = this.node === null ? "" : ` on node ${this.node.hostname} (${this.node.id})`;
    const message = `job ${this.name}: its task is ${state}${on}${why === null ? "" : `: ${why}`}`;
    if (why !== null && NO_ADDRESSES.test(why))
      return infrastructure(
        message,
        "the node has no address left for a network: run 'docker network prune' there",
      );
    if (why === null || !NETWORK_REFUSED.test(why)) return infrastructure(message, REMEDY);
    this.owner.networkRefused();
    return infrastructure(
      message,
      "a node that was killed may keep an old network: vivarium takes a new one; if it goes on, run 'docker network prune' there",
    );
  }

  private lost(why: string): Failure {
    return infrastructure(`job ${this.name}: ${why}`, REMEDY);
  }

  private fail(error: unknown): void {
    if (this.over.signal.aborted) return;
    const failure = error instanceof Failure ? error : this.lost(String((error as Error).message));
    this.stdout.end(failure);
  }
}
