import type { Slot } from "./executor.js";

/** A worker's open slots, one for each cell. Beyond its bound the one that was used longest ago is closed. */
export class Slots {
  /** In the order of their last use. */
  private readonly open = new Map<number, Slot>();

  constructor(
    private readonly most: number,
    private readonly openSlot: (cell: number) => Promise<Slot>,
  ) {}

  /** The slot of a cell, opened where there is none. */
  async get(cell: number): Promise<Slot> {
    const known = this.open.get(cell);
    if (known === undefined) await this.makeRoom();
    const slot = known ?? (await this.openSlot(cell));
    this.open.delete(cell);
    this.open.set(cell, slot);
    return slot;
  }

  /** Closes the slot of a cell, if there is one. */
  async drop(cell: number): Promise<void> {
    const slot = this.open.get(cell);
    this.open.delete(cell);
    await slot?.close();
  }

  async closeAll(): Promise<void> {
    const slots = [...this.open.values()];
    this.open.clear();
    await Promise.all(slots.map((slot) => slot.close()));
  }

  private async makeRoom(): Promise<void> {
    const [oldest] = this.open.keys();
    if (oldest !== undefined && this.open.size >= this.most) await this.drop(oldest);
  }
}
