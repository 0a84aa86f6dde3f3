import { expect, test } from "vitest";
import type { Machine } from "../../src/docker/machine.js";
import { MachineLoads } from "../../src/run/machine-loads.js";

const node = (id: string, more: Partial<Machine> = {}): Machine => ({
  id,
  hostname: id,
  ready: true,
  engine: "20.10.24",
  kernel: null,
  cpus: 2,
  memory: 1,
  ...more,
});

test("blocks go where the fewest are at work for the CPUs that are there", () => {
  const loads = new MachineLoads();
  const nodes = [node("a"), node("b", { cpus: 4 })];
  const taken = Array.from({ length: 6 }, () => loads.take(nodes, "cell", 10)?.id);
  expect(taken.filter((id) => id === "a")).toHaveLength(2);
  expect(taken.filter((id) => id === "b")).toHaveLength(4);
});

test("every node sees every cell: of equals the one that has made the fewest of it", () => {
  const loads = new MachineLoads();
  const nodes = [node("a"), node("b"), node("c")];
  const made = new Map<string, number>();
  for (let round = 0; round < 60; round++) {
    const cell = round % 2 === 0 ? "glibc" : "musl";
    const id = loads.take(nodes, cell, 100)?.id ?? "";
    loads.release(id, cell, 0);
    made.set(`${cell} ${id}`, (made.get(`${cell} ${id}`) ?? 0) + 100);
  }
  expect([...made.values()]).toEqual([1000, 1000, 1000, 1000, 1000, 1000]);
});

test("a node that is not ready is left out; where none is ready, none is taken", () => {
  const loads = new MachineLoads();
  const lost = node("a", { ready: false });
  expect(loads.take([lost, node("b")], "cell", 1)?.id).toBe("b");
  expect(loads.take([lost], "cell", 1)).toBeNull();
});

test("what a lost block did not make is given back", () => {
  const loads = new MachineLoads();
  const nodes = [node("a"), node("b")];
  expect(loads.take(nodes, "cell", 100)?.id).toBe("a");
  loads.release("a", "cell", 100);
  expect(loads.take(nodes, "cell", 100)?.id).toBe("a");
});

test("one that lost a block rests, longer each time, and is used again where there is no other", () => {
  let now = 0;
  const loads = new MachineLoads(() => now);
  const nodes = [node("a"), node("b")];
  const taken = (): string => {
    const id = loads.take(nodes, "cell", 10)?.id ?? "";
    loads.release(id, "cell", 10);
    return id;
  };
  loads.take(nodes, "cell", 10);
  loads.lost("a", "cell", 10);
  expect([taken(), taken(), taken()]).toEqual(["b", "b", "b"]);
  expect(loads.take([node("a")], "cell", 10)?.id).toBe("a");
  loads.lost("a", "cell", 10);
  now = 9_000;
  expect(taken()).toBe("b");
  now = 11_000;
  expect(taken()).toBe("a");
});
