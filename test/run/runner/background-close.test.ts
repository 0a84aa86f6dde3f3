import { expect, test } from "vitest";
import { ClosingBehind } from "../../../src/run/runner/background-close.js";
import type { Slot } from "../../../src/run/runner/executor.js";

test("a slot's user goes on while it is freed; the end waits for all", async () => {
  const freed: number[] = [];
  const free: (() => void)[] = [];
  let opened = 0;
  const executor = new ClosingBehind({
    open: () => {
      const number = opened++;
      const slot: Slot = {
        // eslint-disable-next-line require-yield
        run: async function* () {
          throw new Error("not asked for");
        },
        close: () => new Promise((resolve) => (free[number] = () => resolve(void freed.push(number)))),
      };
      return Promise.resolve(slot);
    },
  });
  const open = () => executor.open(null as never, null as never, null as never, null as never);
  const slots = [await open(), await open()];
  for (const slot of slots) await slot.close();
  expect(freed).toEqual([]);
  let ended = false;
  const end = executor.closed().then(() => (ended = true));
  free[1]?.();
  await Promise.resolve();
  expect(ended).toBe(false);
  free[0]?.();
  await end;
  expect(freed).toEqual([1, 0]);
  await executor.closed();
});
