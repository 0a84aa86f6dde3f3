import type { Machine } from "../docker/machine.js";

/** A machine that lost a block is left alone for so long at first, and for twice as long after each further one. */
const REST_MS = 5_000;
const LONGEST_REST_MS = 300_000;

/**
 * Which machine makes the next block of a cell: among those that are ready the one with the fewest blocks at work for its CPUs, and of equals the
 * one that has made the fewest attempts of that cell, so that every machine sees every environment and a slow one is no difference between them.
 * One that lost a block rests for a while: it has the fewest at work just because it fails.
 */
export class MachineLoads {
  private readonly working = new Map<string, number>();
  private readonly made = new Map<string, number>();
  private readonly resting = new Map<string, { readonly until: number; readonly losses: number }>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Takes a machine for `count` attempts of a cell; null where none is ready. `release` or `lost` gives it back. */
  take(machines: readonly Machine[], cell: string, count: number): Machine | null {
    const load = ({ id, cpus }: Machine): number => (this.working.get(id) ?? 0) / cpus;
    const made = ({ id }: Machine): number => this.made.get(`${cell}\0${id}`) ?? 0;
    const ready = machines.filter((each) => each.ready);
    const rested = ready.filter(({ id }) => (this.resting.get(id)?.until ?? 0) <= this.now());
    const among = (rested.length > 0 ? rested : ready).map((machine) => ({
      machine,
      load: load(machine),
      made: made(machine),
    }));
    const [first] = among;
    if (first === undefined) return null;
    const best = among.reduce((a, b) =>
      (b.load - a.load || b.made - a.made || (b.machine.id < a.machine.id ? -1 : 1)) < 0 ? b : a,
    ).machine;
    this.working.set(best.id, (this.working.get(best.id) ?? 0) + 1);
    this.made.set(`${cell}\0${best.id}`, made(best) + count);
    return best;
  }

  /** A block is at an end; `missing` of its attempts were not wanted any more. */
  release(machine: string, cell: string, missing: number): void {
    this.resting.delete(machine);
    this.give(machine, cell, missing);
  }

  /** A block was lost on a machine, with `missing` of its attempts. */
  lost(machine: string, cell: string, missing: number): void {
    const losses = (this.resting.get(machine)?.losses ?? 0) + 1;
    const rest = Math.min(LONGEST_REST_MS, REST_MS * 2 ** (losses - 1));
    this.resting.set(machine, { until: this.now() + rest, losses });
    this.give(machine, cell, missing);
  }

  private give(machine: string, cell: string, missing: number): void {
    this.working.set(machine, Math.max(0, (this.working.get(machine) ?? 0) - 1));
    const key = `${cell}\0${machine}`;
    this.made.set(key, Math.max(0, (this.made.get(key) ?? 0) - missing));
  }
}
