import { expect, it } from "vitest";
import { sameProgram } from "../../src/campaign/same-program.js";
import { Failure } from "../../src/failure.js";
import type { Binary } from "../../src/images/binary.js";
import type { Cell } from "../../src/plan/plan.js";
import type { SchedulePlan } from "../../src/plan/schedule.js";

const OURS = "a".repeat(64);
const OTHER = "b".repeat(64);

function check(schedule: SchedulePlan | undefined) {
  const cell = { id: "glibc-2.36", run: { schedule } } as Cell;
  const built = new Map([["glibc-2.36", { sha256: OURS } as Binary]]);
  return sameProgram([cell], built).get("glibc-2.36");
}

it("a schedule of another build is not played, and the message says which build it is of", () => {
  const refused = check({ rule: "play", seed: 0, switches: [], program: OTHER });
  expect(refused).toBeInstanceOf(Failure);
  expect((refused as Failure).message).toContain(`sha256 ${OTHER.slice(0, 16)}`);
});

it.each<SchedulePlan | undefined>([
  { rule: "play", seed: 0, switches: [], program: OURS },
  { rule: "play", seed: 0, switches: [] },
  { rule: "random", seed: 1 },
  undefined,
])("anything else is left as it is: %o", (schedule) => {
  expect(check(schedule)).toEqual({ sha256: OURS });
});
