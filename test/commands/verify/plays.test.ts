import { describe, expect, it } from "vitest";
import { checkPlay, isSearch, playRequest } from "../../../src/commands/verify/plays.js";
import type { ScheduleFile } from "../../../src/plan/schedule.js";
import type { EnvironmentRecord, Result } from "../../../src/result/result.js";
import { sample } from "../../report/samples.js";

const claimed = sample("one-crash");
const [environment] = claimed.environments as [EnvironmentRecord];
const [signature] = environment.signatures as [EnvironmentRecord["signatures"][number]];

const schedule: ScheduleFile = {
  schema: "vivarium/schedule/1",
  repro: "race",
  environment: environment.id,
  crash: signature.title,
  signature: signature.id,
  program: "a".repeat(64),
  found: { by: "9 rules in turn", seed: 1, attempt: 7, switches: 12 },
  switches: [{ from: 1, to: 2, why: "chosen", place: "/opt/repro/program+0x16a0", pass: 1, steps: 3 }],
};

function played(change: Partial<EnvironmentRecord>): Result {
  return { ...claimed, environments: [{ ...environment, attempts: 100, ...change }] };
}

const verdict = (found: Result, result = claimed) =>
  checkPlay(schedule, result, found, { build: false }).map((claim) => `${claim.verdict}: ${claim.why}`);

describe("a schedule of a bundle that is played again", () => {
  it("holds where its crash came every time", () => {
    const found = played({ signatures: [{ ...signature, count: 100 }] });
    expect(verdict(found)).toEqual([`holds: 100 of 100 attempts here: ${signature.title}`]);
  });

  it("does not hold where it came less often, or another in its place", () => {
    expect(verdict(played({ signatures: [{ ...signature, count: 99 }] }))[0]).toMatch(
      /^does not hold: 99 of 100 attempts here/,
    );
    const other = { ...signature, id: "000000000000", title: "SIGABRT in f", count: 100 };
    expect(verdict(played({ signatures: [other] }))).toEqual([
      "does not hold: 0 of 100 attempts here; instead: SIGABRT in f",
    ]);
    expect(verdict(played({ signatures: [] }))[0]).toContain("instead: a clean end");
  });

  it("is held against the rate that it came with, where it is a hold", () => {
    const held: ScheduleFile = {
      ...schedule,
      switches: [],
      hold: { place: "/opt/repro/program+0x16a0", pass: 1, ms: 20 },
      played: { attempts: 40, crashes: 38 },
    };
    const check = (count: number) =>
      checkPlay(held, claimed, played({ signatures: [{ ...signature, count }] }), { build: false })[0];
    expect(check(97)).toEqual({
      environment: environment.id,
      what: `hold of ${signature.id}`,
      verdict: "holds",
      why: "97 of 100 attempts here, claimed 38 of 40",
    });
    expect(check(60)).toMatchObject({
      verdict: "does not hold",
      why: expect.stringMatching(/^60 of 100 attempts here, claimed 38 of 40; p < 0.0001$/) as string,
    });
    // Where it comes more often than claimed, nothing is wrong with the claim.
    const rare = { ...held, played: { attempts: 40, crashes: 20 } };
    const often = played({ signatures: [{ ...signature, count: 100 }] });
    expect(checkPlay(rare, claimed, often, { build: false })[0]?.verdict).toBe("holds");
    expect(checkPlay(held, claimed, played({ signatures: [] }), { build: false })[0]?.why).toBe(
      "0 of 100 attempts here; instead: a clean end",
    );
    expect(playRequest({}, held).schedule).toEqual({
      rule: "hold",
      at: held.hold,
      program: held.program,
    });
  });

  it("could not be checked where it could not be played, or where its crash has no name", () => {
    const infra = [{ where: environment.id, message: "the schedule is of another program" }];
    const none = { ...played({ attempts: 0, signatures: [] }), infra } as unknown as Result;
    expect(verdict(none)).toEqual(["could not be checked: the schedule is of another program"]);
    const notBuilt = { why: "the program does not build:\nno stdio.h", remedy: null, foreseen: false };
    expect(verdict(played({ attempts: 0, signatures: [], notBuilt }))).toEqual([
      "could not be checked: the program does not build:\nno stdio.h",
    ]);
    const weak: Result = {
      ...claimed,
      environments: [{ ...environment, signatures: [{ ...signature, weak: true }] }],
    };
    expect(verdict(played({}), weak)[0]).toMatch(/^could not be checked: too little is known/);
  });

  it("is asked for with its program and a hundred attempts, whatever ended the campaign", () => {
    const request = playRequest(
      { schedule: { rule: "search" }, stop: { untilCrashes: 1 }, seed: 3 },
      schedule,
    );
    expect(request).toEqual({
      seed: 3,
      stop: { runs: 100 },
      schedule: { rule: "play", switches: schedule.switches, program: schedule.program },
    });
  });

  it("stands for the whole campaign only where that was a search that found something", () => {
    expect(isSearch({ schedule: { rule: "search" } }, [schedule])).toBe(true);
    expect(isSearch({ schedule: { rule: "search" } }, [])).toBe(false);
    expect(isSearch({ schedule: { rule: "random" } }, [schedule])).toBe(false);
    expect(isSearch({ schedule: { rule: "hold" } }, [schedule])).toBe(true);
    const at = { place: "-", pass: 1, ms: 1 };
    expect(isSearch({ schedule: { rule: "hold", at } }, [schedule])).toBe(false);
  });
});
