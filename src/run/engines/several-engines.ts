import type { Machine } from "../../docker/machine.js";
import { Failure, infrastructure } from "../../failure.js";
import type { Binary } from "../../images/binary.js";
import type { Cell, Plan } from "../../plan/plan.js";
import type { Attempt } from "../attempt.js";
import { MachineLoads } from "../machine-loads.js";
import type { Executor, Slot } from "../runner/executor.js";

/** One of several engines that a campaign's attempts are spread over. */
export interface EngineOfSeveral {
  readonly machine: Omit<Machine, "ready">;
  readonly executor: Executor;
  /** Sees to it that the engine has an image. */
  readonly provide: (image: string) => Promise<void>;
}

/**
 * Attempts on several engines without a cluster between them. Each block goes to the engine with the least work for its CPUs, and of equals to the
 * one that made the fewest attempts of that cell. An engine that fails loses its block, which another one makes under the same numbers.
 */
export class SeveralEngines implements Executor {
  private readonly loads: MachineLoads;
  /** Cells that a machine would fail at again. */
  private readonly refusals = new Set<string>();

  constructor(
    private readonly engines: readonly EngineOfSeveral[],
    now?: () => number,
  ) {
    this.loads = new MachineLoads(now);
  }

  open(cell: Cell, binary: Binary, plan: Plan, signal: AbortSignal): Promise<Slot> {
    return Promise.resolve(
      new SpreadSlot(this, (engine) => this.slotOn(engine, cell, binary, plan, signal), cell.id),
    );
  }

  /** Takes an engine for a block of a cell: one that does not refuse the cell, as far as there is such a one. */
  take(cell: string, count: number): EngineOfSeveral {
    const willing = this.engines.filter(({ machine }) => !this.refuses(machine.id, cell));
    const among = willing.length > 0 ? willing : this.engines;
    const machines = among.map(({ machine }) => ({ ...machine, ready: true }));
    const taken = this.loads.take(machines, cell, count);
    const engine = among.find(({ machine }) => machine.id === taken?.id);
    if (engine === undefined) throw infrastructure(`${cell}: there is no engine to make attempts on`);
    return engine;
  }

  /** A block is at an end; `missing` of its attempts were not wanted any more. */
  release({ machine }: EngineOfSeveral, cell: string, missing: number): void {
    this.loads.release(machine.id, cell, missing);
  }

  /**
   * An engine lost a block, with `missing` of its attempts; `lasting`: it would lose it again. Tells whether no engine is left for the cell: then
   * the failure is the campaign's.
   */
  lost({ machine }: EngineOfSeveral, cell: string, missing: number, lasting: boolean): boolean {
    if (lasting) this.refusals.add(`${cell}\0${machine.id}`);
    this.loads.lost(machine.id, cell, missing);
    return this.engines.every(({ machine: { id } }) => this.refuses(id, cell));
  }

  private refuses(machine: string, cell: string): boolean {
    return this.refusals.has(`${cell}\0${machine}`);
  }

  private async slotOn(
    engine: EngineOfSeveral,
    cell: Cell,
    binary: Binary,
    plan: Plan,
    signal: AbortSignal,
  ): Promise<Slot> {
    await engine.provide(binary.image);
    return engine.executor.open(cell, binary, plan, signal);
  }
}

/** A slot whose blocks may each be made on another engine; on each it keeps one slot of that engine's open. */
class SpreadSlot implements Slot {
  private readonly slots = new Map<string, Slot>();
  private closed = false;

  constructor(
    private readonly several: SeveralEngines,
    private readonly openOn: (engine: EngineOfSeveral) => Promise<Slot>,
    private readonly cell: string,
  ) {}

  async *run(first: number, count: number): AsyncGenerator<readonly Attempt[]> {
    const engine = this.several.take(this.cell, count);
    const { id, hostname } = engine.machine;
    let left = count;
    let failure: Failure | null = null;
    try {
      const slot = await this.slotOn(engine);
      for await (const batch of slot.run(first, count)) {
        left -= batch.length;
        yield batch.map((attempt) => ({ ...attempt, node: id }));
      }
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== "infrastructure") throw error;
      failure = error;
    } finally {
      if (failure === null) this.several.release(engine, this.cell, left);
    }
    if (failure === null) return;
    const lasting = this.several.lost(engine, this.cell, left, failure.lasting);
    const message = `${failure.message} (on ${hostname})`;
    throw new Failure("infrastructure", message, failure.remedy, { cause: failure, lasting });
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.slots.values()].map((slot) => slot.close()));
    this.slots.clear();
  }

  private async slotOn(engine: EngineOfSeveral): Promise<Slot> {
    const known = this.slots.get(engine.machine.id);
    if (known !== undefined) return known;
    const slot = await this.openOn(engine);
    if (this.closed) await slot.close();
    this.slots.set(engine.machine.id, slot);
    return slot;
  }
}
