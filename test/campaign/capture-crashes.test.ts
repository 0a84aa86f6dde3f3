import { expect, it } from "vitest";
import { captureCrashes, type CaptureOptions } from "../../src/campaign/capture-crashes.js";
import type { Binary } from "../../src/images/binary.js";
import type { CampaignOutcome } from "../../src/run/state/campaign-outcome.js";

/** A cell that crashed once under the scheduler, whose schedule was found again. */
const outcome = (perSignature: number): CampaignOutcome =>
  ({
    plan: {
      parallel: 1,
      capture: { perSignature },
      cells: [
        {
          id: "glibc-2.36",
          build: { language: "c" },
          run: { schedule: { rule: "random", seed: 1 }, limits: { memory: 1 } },
        },
      ],
    },
    cells: [
      { attempts: 1, keys: [{ key: "SIGSEGV", count: 1, firstNumber: 1, outcome: "crash", kept: [] }] },
    ],
  }) as unknown as CampaignOutcome;

const options = {
  binaries: new Map([["glibc-2.36", {} as Binary]]),
  schedules: new Map([["glibc-2.36", new Map([["SIGSEGV", { record: { deadlock: false }, switches: [] }]])]]),
  signal: new AbortController().signal,
} as unknown as CaptureOptions;

it("a schedule's crash is not looked at where gdb was turned off, and its evidence says so", async () => {
  const [group] = (await captureCrashes(outcome(0), options)).get("glibc-2.36") ?? [];
  expect(group?.evidence.incomplete).toEqual(["gdb was turned off"]);
  // Without an engine, that is: to look at it takes one.
  await expect(captureCrashes(outcome(1), options)).rejects.toThrow(TypeError);
});
