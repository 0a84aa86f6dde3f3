import { expect, test } from "vitest";
import { CONDITIONS } from "../../src/plan/conditions.js";
import { cpuShare } from "../../src/run/surroundings.js";

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
