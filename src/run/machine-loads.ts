import type { Machine } from "../docker/machine.js";

/**
 * Which node makes the next block of a cell: among those that are ready the one with the fewest blocks at work for its CPUs, and of equals the one
 * that has made the fewest attempts of that cell, so that every node sees every environment and a slow node is no difference between them.
 */
export class MachineLoads {
  private readonly working = new Map<string, number>();
  private readonly made = new Map<string, number>();

  /** Takes a node for `count` attempts of a cell; null where none is ready. `release` gives it back. */
  take(nodes: readonly Machine[], cell: string, count: number): Machine | null {
    const load = ({ id, cpus }: Machine): number => (this.working.get(id) ?? 0) / cpus;
    const made = ({ id }: Machine): number => this.made.get(`${cell}\0${id}`) ?? 0;
    const [best] = nodes
      .filter(({ ready }) => ready)
      .sort((a, b) => load(a) - load(b) || made(a) - made(b) || a.id.localeCompare(b.id));
    if (best === undefined) return null;
    this.working.set(best.id, (this.working.get(best.id) ?? 0) + 1);
    this.made.set(`${cell}\0${best.id}`, made(best) + count);
    return best;
  }

  /** A block is at an end; `missing` of its attempts were not made. */
  release(node: string, cell: string, missing: number): void {
    this.working.set(node, Math.max(0, (this.working.get(node) ?? 0) - 1));
    const key = `${cell}\0${node}`;
    this.made.set(key, Math.max(0, (this.made.get(key) ?? 0) - missing));
  }
}
