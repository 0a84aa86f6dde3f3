import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { NumberRanges } from "./state/number-ranges.js";

/** Attempts `first` … `first + count - 1` of one cell (its index in the plan), made one after the other in one slot. */
export interface Block {
  readonly cell: number;
  readonly first: number;
  readonly count: number;
}

/**
 * What a cell says to an attempt number: make it; not now (too many lower numbers are open still); never, neither it nor
 * any higher one.
 */
export type Admission = "go" | "wait" | "never";

export interface ScheduleRequest {
  /** For each cell, the numbers that are done already. */
  readonly done: readonly NumberRanges[];
  /** Attempts of each cell at most; Infinity where only time ends it. */
  readonly limit: number;
  readonly block: number;
  readonly parallel: number;
  readonly seed: number;
}

/**
 * The order in which attempts are made: round after round, in each one block of every cell, shuffled anew by a seeded
 * generator (xoroshiro128+; Fisher-Yates). So whatever drifts on the machine while a campaign runs, drifts for all cells
 * alike. The order depends on the request alone; a resumed campaign walks it again and skips what is done.
 */
export class Schedule {
  private readonly size: number;
  private readonly random;
  private round = -1;
  private waiting: Block[] = [];
  private readonly returned: Block[] = [];

  constructor(private readonly request: ScheduleRequest) {
    const cells = request.done.length;
    // Fewer attempts than a block for each worker: smaller blocks, so that none is idle.
    const share = Math.ceil((request.limit * cells) / request.parallel);
    this.size = Math.max(1, Math.min(request.block, share));
    this.random = xoroshiro128plus(request.seed);
  }

  /** The next block, or null where there is none now: all are given out, or every cell says wait. */
  next(admit: (cell: number, number: number) => Admission): Block | null {
    const again = take(this.returned, admit);
    if (again !== null) return again;
    for (;;) {
      const block = take(this.waiting, admit);
      if (block !== null) return block;
      // A round ends when all its blocks are given out: no cell runs ahead of one that has to wait.
      if (this.waiting.length > 0 || !this.startRound(admit)) return null;
    }
  }

  /** Takes attempts back that were given out and not made; they come first, before any fresh block. */
  giveBack(block: Block): void {
    if (block.count > 0) this.returned.push(block);
  }

  /** Fills `waiting` with the blocks of the next round; false where no cell will ever have another. */
  private startRound(admit: (cell: number, number: number) => Admission): boolean {
    const { done, limit } = this.request;
    this.round++;
    const first = this.round * this.size + 1;
    if (first > limit) return false;
    const last = Math.min(limit, first + this.size - 1);
    // Every cell is shuffled in every round, ended or not, so that the order of the others does not depend on it.
    const order = this.shuffle(done.length);
    if (order.every((cell) => admit(cell, first) === "never")) return false;
    this.waiting = order.flatMap((cell) =>
      (done[cell] as NumberRanges)
        .missing({ first, last })
        .map((gap) => ({ cell, first: gap.first, count: gap.last - gap.first + 1 })),
    );
    return true;
  }

  private shuffle(count: number): number[] {
    const order = Array.from({ length: count }, (_, index) => index);
    for (let at = count - 1; at > 0; at--) {
      const other = uniformInt(this.random, 0, at);
      [order[at], order[other]] = [order[other] as number, order[at] as number];
    }
    return order;
  }
}

/** Takes the first admitted block out of a queue, and drops those that no one will ever want. */
function take(queue: Block[], admit: (cell: number, number: number) => Admission): Block | null {
  for (let at = 0; at < queue.length;) {
    const block = queue[at] as Block;
    const admission = admit(block.cell, block.first);
    if (admission === "wait") {
      at++;
      continue;
    }
    queue.splice(at, 1);
    if (admission === "go") return block;
  }
  return null;
}
