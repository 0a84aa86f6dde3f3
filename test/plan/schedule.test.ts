import { describe, expect, it } from "vitest";
import { describeSchedule, parseRule, playOf, scheduleText } from "../../src/plan/schedule.js";

describe("--schedule", () => {
  it.each([
    ["search", "search seed=7"],
    ["hold", "hold seed=7"],
    ["random", "random seed=7 mean=0"],
    ["random=50", "random seed=7 mean=50"],
    ["pct", "pct seed=7 depth=3"],
    ["pct=5", "pct seed=7 depth=5"],
  ])("%s is a rule", (text, told) => {
    const rule = parseRule(text);
    expect(rule && scheduleText({ ...rule, seed: 7 })).toBe(told);
  });

  it.each(["race.json", "random2", "pct=", "Random"])("%s is none", (text) => {
    expect(parseRule(text)).toBeNull();
  });

  it.each(["random=0", "pct=0", "pct=65"])("%s is out of range, and the message says what is not", (text) => {
    expect(() => parseRule(text)).toThrow(`--schedule ${text}: ${text.split("=")[1]} is out of range`);
  });

  it("a list is told to the runner a switch a line", () => {
    const turn = { from: 2, to: 1, why: "chosen", place: "/p+0x1", pass: 3, steps: 70 } as const;
    const schedule = { rule: "play", seed: 0, switches: [turn] } as const;
    expect(scheduleText({ ...schedule, switches: [turn] })).toBe("play\n2 70 3 1 chosen /p+0x1");
    expect(describeSchedule({ rule: "play", switches: [turn] })).toBe("a given schedule of 1 switch");
  });

  it("a hold is told to the runner as pass, length and place", () => {
    const at = { place: "/p+0x1", pass: 3, ms: 20 };
    expect(scheduleText({ rule: "hold", seed: 0, at })).toBe("hold seed=0\n3 20 /p+0x1");
  });

  it("a clock of its own is told with the rule, and kept with a file", () => {
    expect(scheduleText({ rule: "pct", depth: 3, seed: 7, fixClock: true })).toBe(
      "pct seed=7 depth=3 fixed=1",
    );
    expect(scheduleText({ rule: "play", switches: [], seed: 0, fixClock: true })).toBe("play fixed=1");
    const file = {
      schema: "vivarium/schedule/1",
      repro: "race",
      environment: "glibc-2.36",
      crash: "SIGSEGV",
      signature: "00",
      program: "",
      found: { by: "", seed: 1, attempt: 1, switches: 0 },
      switches: [],
    } as const;
    expect(playOf({ ...file, switches: [], fixClock: true })).toMatchObject({ rule: "play", fixClock: true });
  });
});
