import { infrastructure } from "../../failure.js";
import type { Attempt } from "../attempt.js";
import type { Slot } from "./executor.js";
import type { Block } from "../schedule.js";

/**
 * Has a slot make a block's attempts, and yields them in batches. Ends early when `cut` aborts: then the slot may be busy
 * still and must be closed. Throws Failure("infrastructure") where the slot is lost or does not make what it was asked for.
 */
export async function* blockAttempts(
  slot: Slot,
  block: Block,
  cut: AbortSignal,
): AsyncGenerator<readonly Attempt[]> {
  let next = block.first;
  const end = block.first + block.count;
  for await (const batch of untilAborted(slot.run(block.first, block.count), cut)) {
    for (const { number } of batch) {
      if (number !== next || number >= end) {
        throw infrastructure(`the slot answered with attempt ${number} where attempt ${next} was due`);
      }
      next++;
    }
    if (batch.length > 0) yield batch;
  }
  if (next < end && !cut.aborted) {
    throw infrastructure(
      `the slot ended before attempt ${next}, though asked for ${block.first} to ${end - 1}`,
    );
  }
}

/** The values of `source` until the signal aborts, even while one is awaited. */
async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let abort = (): void => undefined;
  // Made anew for each block: racing against one long-lived promise would keep every race in memory.
  const aborted = new Promise<null>((resolve) => (abort = () => resolve(null)));
  signal.addEventListener("abort", abort, { once: true });
  try {
    while (!signal.aborted) {
      const next = iterator.next();
      next.catch(() => undefined);
      const result = await Promise.race([next, aborted]);
      if (result === null || result.done === true) return;
      yield result.value;
    }
  } finally {
    signal.removeEventListener("abort", abort);
    // Not awaited: a source that is being waited for answers this only after its next value.
    void iterator.return?.()?.catch(() => undefined);
  }
}
