import { expect, test } from "vitest";
import { infrastructure, interrupted } from "../../src/failure.js";
import { step } from "../../src/progress/step.js";
import type { ProgressEvent } from "../../src/progress/event.js";

async function endOf(work: () => Promise<unknown>): Promise<ProgressEvent | undefined> {
  const events: ProgressEvent[] = [];
  await step((event) => events.push(event), "id", "a step", work).catch(() => undefined);
  return events.at(-1);
}

test.each([
  ["done", () => Promise.resolve()],
  ["failed", () => Promise.reject(infrastructure("no engine"))],
  ["failed", () => Promise.reject(new TypeError("a fault"))],
  ["interrupted", () => Promise.reject(interrupted())],
] as const)("a step ends as it went: %s", async (status, work) => {
  expect(await endOf(work)).toMatchObject({ kind: "step-ended", title: "a step", status });
});

test("a step may end with what came of it", async () => {
  const events: ProgressEvent[] = [];
  const work = () => Promise.resolve(3);
  await step(
    (event) => events.push(event),
    "id",
    "count",
    work,
    (n) => `${n} counted`,
  );
  expect(events.map((event) => ("title" in event ? event.title : ""))).toEqual(["count", "3 counted"]);
});
