import type { Labels } from "../../docker/engine.js";
import type { Machine } from "../../docker/machine.js";
import type { Job, Swarm } from "../../docker/swarm/swarm.js";
import { Failure, infrastructure, interrupted } from "../../failure.js";
import type { Binary } from "../../images/binary.js";
import { knownInstruments, type FilesOf } from "../../images/instrument.js";
import type { Cell, Plan } from "../../plan/plan.js";
import type { Attempt } from "../attempt.js";
import type { CapturePlace } from "../capture/capture-place.js";
import { looksAtHangs, withHangs } from "../capture/looks-at-hangs.js";
import { cpuShare, mayTell, runnerConfig, runnerContainer, type Task } from "../runner/container-task.js";
import type { Executor, Slot } from "../runner/executor.js";
import { encodeCommand, maxPayload } from "../runner/protocol.js";
import { jobAnswers } from "./job-answers.js";
import { MachineLoads } from "../machine-loads.js";

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
  private readonly loads = new MachineLoads();

  constructor(private readonly options: SwarmSlotsOptions) {}

  open(cell: Cell, binary: Binary, plan: Plan, signal: AbortSignal): Promise<Slot> {
    const task: Task = {
      image: binary.image,
      argv: [binary.program, ...cell.run.args],
      run: cell.run,
      condition: cell.condition,
      output: plan.output,
      labels: this.options.labels,
      looks: looksAtHangs(cell, binary, plan.capture.perSignature),
      instrument: { part: "runner", expected: binary.ranOn.instrument },
      what: cell.id,
    };
    return this.slot(task, signal, (nodes, count) => this.loads.take(nodes, cell.id, count));
  }

  /** gdb on a node: on that where the crash was met, as long as it is there. */
  captures(machine: string | undefined): CapturePlace {
    return {
      open: ({ task, signal }) =>
        this.slot(
          task,
          signal,
          (nodes, count) =>
            this.loads.take(
              nodes.filter(({ id }) => id === machine),
              task.what,
              count,
            ) ?? this.loads.take(nodes, task.what, count),
        ),
    };
  }

  private async slot(task: Task, signal: AbortSignal, choose: Choice): Promise<Slot> {
    const { what, instrument } = task;
    // Of a container on a node nobody can ask; the digest says that it has this very image.
    if (instrument !== null)
      await knownInstruments.assert(
        { ...instrument, image: task.image, what },
        this.options.filesOf(task.image),
      );
    const image = await this.options.published(task.image);
    return new SwarmSlot({ ...task, image }, this.options, this.loads, choose, signal);
  }
}

/** Takes one of the nodes for a number of attempts; null where none is ready. */
type Choice = (nodes: readonly Machine[], count: number) => Machine | null;

class SwarmSlot implements Slot {
  private job: Job | null = null;
  private closed = false;

  constructor(
    private readonly task: Task,
    private readonly options: SwarmSlotsOptions,
    private readonly loads: MachineLoads,
    private readonly choose: Choice,
    private readonly signal: AbortSignal,
  ) {}

  async *run(first: number, count: number): AsyncGenerator<readonly Attempt[]> {
    const { task } = this;
    const node = this.choose(await this.options.swarm.nodes(), count);
    if (node === null)
      throw infrastructure(
        `${task.what}: no node of the swarm is ready`,
        "'docker node ls' shows why; bring one back, then resume",
      );
    let left = count;
    let isLost = false;
    try {
      for await (const batch of this.made(node, first, count)) {
        left -= batch.length;
        yield batch;
      }
    } catch (error) {
      isLost = error instanceof Failure && error.kind === "infrastructure";
      throw error;
    } finally {
      if (isLost) this.loads.lost(node.id, task.what, left);
      else this.loads.release(node.id, task.what, left);
    }
  }

  /** The attempts of a job of their own on that node, as it reports them. */
  private async *made(node: Machine, first: number, count: number): AsyncGenerator<readonly Attempt[]> {
    const { task, signal } = this;
    const { swarm, sinceStart } = this.options;
    const job = await swarm.start(this.request(first, count, node), signal);
    this.job = job;
    if (this.closed || signal.aborted) {
      await job.remove();
      throw interrupted();
    }
    const stop = (): void => void job.remove();
    signal.addEventListener("abort", stop, { once: true });
    try {
      let start: number | null = null;
      const bound = maxPayload(task.output, mayTell(task));
      for await (const batch of jobAnswers(job, { first, count, bound, what: task.what })) {
        start ??= sinceStart() - (batch.at(-1)?.startMs ?? 0);
        const began = start;
        const files = this.options.filesOf(task.image);
        const read = await withHangs(batch, task, files);
        yield read.map((each) => ({
          ...each,
          startMs: Math.max(0, began + each.startMs),
          node: node.id,
        }));
      }
    } finally {
      signal.removeEventListener("abort", stop);
      await job.remove();
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.job?.remove();
  }

  private request(first: number, count: number, node: Machine) {
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
