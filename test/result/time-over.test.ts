import { expect, test } from "vitest";
import { timesOver } from "../../src/result/time-over.js";
import type { CampaignOutcome } from "../../src/run/state/campaign-outcome.js";

const outcome = (withinMs?: number): CampaignOutcome =>
  ({
    plan: {
      stop: {
        kind: "until-crashes",
        crashes: 3,
        cap: 100_000,
        ...(withinMs === undefined ? {} : { withinMs }),
      },
    },
    cells: [
      { id: "glibc-2.36", ending: "time", attempts: 1215 },
      { id: "musl-1.2.3", ending: "reached", attempts: 40 },
    ],
  }) as unknown as CampaignOutcome;

test("an environment whose time ran out before its crashes were counted is told, and no other", () => {
  expect(timesOver(outcome(5000), () => 1)).toEqual([
    "time ran out on glibc-2.36 (--for, 5 s): 1,215 attempts, 1 counted, and --until-crashes asked for 3",
  ]);
  expect(timesOver(outcome(), () => 1)).toEqual([]);
});
