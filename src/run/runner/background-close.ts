import type { Executor, Slot } from "./executor.js";

/** An executor whose slots are freed while their user goes on: an engine takes a while to remove a container. */
export class ClosingBehind implements Executor {
  private readonly closing = new Set<Promise<void>>();

  constructor(private readonly executor: Executor) {}

  async open(...asked: Parameters<Executor["open"]>): Promise<Slot> {
    const slot = await this.executor.open(...asked);
    return {
      run: (first, count) => slot.run(first, count),
      ...(slot.look === undefined ? {} : { look: slot.look.bind(slot) }),
      close: () => {
        const closing = slot.close().finally(() => this.closing.delete(closing));
        this.closing.add(closing);
        return Promise.resolve();
      },
    };
  }

  /** Resolves when every slot that was closed is gone. Never throws. */
  async closed(): Promise<void> {
    await Promise.all(this.closing);
  }
}
