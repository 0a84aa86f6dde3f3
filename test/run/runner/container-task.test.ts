import { expect, test } from "vitest";
import { CONDITIONS } from "../../../src/plan/conditions.js";
import { cpuShare, runnerConfig, runnerContainer } from "../../../src/run/runner/container-task.js";
import { taskOf } from "../task.js";

const pinned = CONDITIONS.find(({ name }) => name === "one-cpu") ?? null;
const loaded = CONDITIONS.find(({ name }) => name === "cpu-load") ?? null;

test.each([
  ["all of them where it runs alone", 1, 16, null, 16],
  ["its part where others run beside it", 4, 16, null, 4],
  ["two at least, so that threads can race", 16, 16, null, 2],
  ["no more than there are", 4, 1, null, 1],
  ["what its condition's load takes on top", 4, 16, loaded, 6],
])("an attempt may use of the CPUs %s", (_, parallel, cpus, condition, share) => {
  expect(cpuShare({ parallel, condition }, cpus)).toBe(share);
});

test("the runner pins attempts itself, and the engine as well where it can", () => {
  const one = taskOf({ condition: pinned });
  expect(runnerConfig(taskOf(), true).cpus).toEqual([]);
  expect(runnerConfig(one, true).cpus).toEqual([0]);
  expect(runnerContainer(one, { inodeLimit: true }).cpuset).toBe("0");
  expect(runnerContainer(one, { inodeLimit: true, cpuset: false }).cpuset).toBeUndefined();
});

test("where the engine limits no processes, all attempts together get a limit with room for each", () => {
  expect(runnerConfig(taskOf({ parallel: 2 }), true).processes).toBeNull();
  expect(runnerConfig(taskOf({ parallel: 2 }), false).processes).toBe(4096);
  expect(runnerConfig(taskOf({ parallel: 64 }), false).processes).toBe(64 * 256);
});
