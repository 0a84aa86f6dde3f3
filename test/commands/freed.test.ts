import { expect, test } from "vitest";
import { freedBy } from "../../src/commands/clean/freed.js";
import type { DiskUse } from "../../src/docker/engine.js";

/** A base of 100 under an environment of 600, under two programs of 10 and 20 of their own; and a stranger of 50. */
const USE: Pick<DiskUse, "total" | "images"> = {
  total: 100 + 500 + 10 + 20 + 50,
  images: new Map([
    ["base", { size: 100, shared: 100 }],
    ["environment", { size: 600, shared: 600 }],
    ["one", { size: 610, shared: 600 }],
    ["two", { size: 620, shared: 600 }],
    ["stranger", { size: 50, shared: 0 }],
  ]),
};

test.each([
  ["nothing", [], 0, 0],
  ["a program: its own layers, and no more", ["one"], 10, 10],
  ["both programs", ["one", "two"], 30, 30],
  ["all but the base", ["environment", "one", "two"], 30, 530],
  ["all of them", ["base", "environment", "one", "two"], 30, 630],
  ["the environment, whose programs stay", ["environment"], 0, 0],
  ["what is not there", ["none"], 0, 0],
])("removing %s", (_what, going, least, most) => {
  expect(freedBy(new Set(going), USE)).toEqual({ least, most });
});

test("an engine that tells of no sharing leaves a bound", () => {
  const images = new Map([["one", { size: 610, shared: 610 }]]);
  expect(freedBy(new Set(["one"]), { total: 600, images })).toEqual({ least: 0, most: 600 });
});
