import type { Labels } from "../../docker/engine.js";
import type { Job, Swarm, SwarmNode } from "../../docker/swarm/swarm.js";
import { infrastructure, interrupted } from "../../failure.js";
import type { Binary } from "../../images/binary.js";
import { knownInstruments, type FilesOf } from "../../images/instrument.js";
import type { Cell, Plan } from "../../plan/plan.js";
import type { Attempt } from "../attempt.js";
import { cpuShare, runnerConfig, runnerContainer, type Task } from "../runner/container-task.js";
import type { Executor, Slot } from "../runner/executor.js";
import { encodeCommand, maxPayload } from "../runner/protocol.js";
import { jobAnswers } from "./job-answers.js";
import { NodeLoads } from "./node-loads.js";

/** What a swarm's slots are made with. */
export interface SwarmSlotsOptions {
  readonly swarm: Swarm;
  /** An image's files, before they leave for the registry. */
  readonly filesOf: (image: string) => FilesOf;
  /** The image by digest, as every node can pull it. */
  readonly published: (image: string) => Promise<string>;
  /** Put on every job. */
  readonly labels: Labels;
  /** Milliseconds since the campaign began. */
  readonly sinceStart: () => number;
}

/**
 * Attempts on the nodes of a swarm: each block is a job of one task, whose log is its result. Schedule, journal, stop rules and resume are the
 * campaign's own; a lost job's attempts are made again by another one under the same numbers, and a late answer of the lost one is read by nobody.
 */
export class SwarmSlots implements Executor {
  private readonly loads = new NodeLoads();

  constructor(private readonly options: SwarmSlotsOptions) {}

  async open(cell: Cell, binary: Binary, plan: Plan, signal: AbortSignal): Promise<Slot> {
    const instrument = { part: "runner", expected: binary.ranOn.instrument } as const;
    const claim = { ...instrument, image: binary.image, what: cell.id };
    await knownInstruments.assert(claim, this.options.filesOf(binary.image));
    const image = await this.options.published(binary.image);
    const task: Task = {
      image,
      argv: [binary.program, ...cell.run.args],
      run: cell.run,
      condition: cell.condition,
      output: plan.output,
      labels: this.options.labels,
      instrument,
      what: cell.id,
    };
    return new SwarmSlot(task, this.options, this.loads, signal);
  }
}

class SwarmSlot implements Slot {
  private job: Job | null = null;
  private closed = false;

  constructor(
    private readonly task: Task,
    private readonly options: SwarmSlotsOptions,
    private readonly loads: NodeLoads,
    private readonly signal: AbortSignal,
  ) {}

  async *run(first: number, count: number): AsyncGenerator<readonly Attempt[]> {
    const { swarm, sinceStart } = this.options;
    const { task, signal } = this;
    const node = this.loads.take(await swarm.nodes(), task.what, count);
    if (node === null)
      throw infrastructure(
        `${task.what}: no node of the swarm is ready`,
        "'docker node ls' shows why; mend one, then resume",
      );
    let left = count;
    const config = runnerConfig(task, true);
    try {
      const job = await swarm.start(this.request(first, count, node), signal);
      this.job = job;
      if (this.closed || signal.aborted) throw interrupted();
      const stop = (): void => void job.remove();
      signal.addEventListener("abort", stop, { once: true });
      try {
        let start: number | null = null;
        for await (const batch of jobAnswers(job, {
          first,
          count,
          bound: maxPayload(config),
          what: task.what,
        })) {
          start ??= sinceStart() - (batch.at(-1)?.startMs ?? 0);
          left -= batch.length;
          yield batch.map((each) => ({
            ...each,
            startMs: Math.max(0, (start ?? 0) + each.startMs),
            node: node.id,
          }));
        }
      } finally {
        signal.removeEventListener("abort", stop);
        await job.remove();
      }
    } finally {
      this.loads.release(node.id, task.what, left);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.job?.remove();
  }

  private request(first: number, count: number, node: SwarmNode) {
    const config = runnerConfig(this.task, true);
    const commands = [
      encodeCommand({ kind: "configure", config }, 0),
      encodeCommand({ kind: "run", first, count }, 1),
      encodeCommand({ kind: "quit" }, 2),
    ];
    const container = runnerContainer(this.task, {
      inodeLimit: false,
      cpus: cpuShare(this.task, node.cpus),
    });
    return {
      ...container,
      command: [...container.command, "--job", Buffer.concat(commands).toString("base64")],
      node: node.id,
    };
  }
}
