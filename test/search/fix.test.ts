import { describe, expect, test } from "vitest";
import type { EnvironmentRecord, Result } from "../../src/result/result.js";
import { fixFound } from "../../src/search/fix-found.js";
import { judgeFix, trailerOf } from "../../src/search/strategy/fix.js";
import { compareCells } from "../../src/stats/compare.js";

type Signature = EnvironmentRecord["signatures"][number];

interface Side {
  readonly attempts?: number;
  readonly counted?: number;
  /** Signatures that crash, with how often. */
  readonly crashes?: Readonly<Record<string, number>>;
  readonly exits?: number;
  readonly hangs?: number;
  readonly built?: boolean;
  readonly identicalTo?: string;
}

function record(id: string, side: Side): EnvironmentRecord {
  const {
    attempts = 50,
    counted = 0,
    crashes = {},
    exits = 0,
    hangs = 0,
    built = true,
    identicalTo = null,
  } = side;
  const signatures = Object.entries(crashes).map(
    ([title, count]) => ({ id: title, title, count, outcome: "crash" }) as Signature,
  );
  if (hangs > 0)
    signatures.push({ id: "hang", title: "hang in wait", count: hangs, outcome: "timeout" } as Signature);
  return {
    id,
    attempts,
    identicalTo,
    binary: built ? { sha256: "00", link: "static", commands: [], linkWarnings: [] } : null,
    outcomes: { crash: counted, exit: exits, timeout: hangs, clean: attempts - counted - exits - hangs },
    rate:
      attempts === 0
        ? null
        : { of: "crash", estimate: counted / attempts, low: 0, high: 0.1, confidence: 0.95 },
    signatures,
  } as unknown as EnvironmentRecord;
}

/** A campaign over both sides, compared as a campaign compares them. */
function sides(without: Side, after: Side): Result {
  const environments = [record("musl@v1", without), record("musl@v1+fix.diff", after)];
  const cells = environments.map(({ id, attempts, rate, signatures }) => ({
    id,
    attempts,
    counted: Math.round((rate?.estimate ?? 0) * attempts),
    signatures,
  }));
  const comparisons = compareCells(cells, {
    of: "crash",
    pairs: { kind: "baseline", baseline: "musl@v1" },
    confidence: 0.95,
    sampling: "sequential",
  });
  return {
    environments,
    comparisons,
    vivarium: "1.0",
    plan: { repro: { name: "bug", variant: "default" } },
  } as unknown as Result;
}

const control = (side: Side): Result => ({ environments: [record("musl@v1", side)] }) as unknown as Result;

const BAD: Side = { counted: 50, crashes: { old: 50 } };

describe("what a patch does", () => {
  test.each<[string, Side, Side, string, RegExp]>([
    [
      "nothing crashes any more",
      BAD,
      {},
      "fixed",
      /^Fixed: with the patch, 0 of 50 attempts ended this way \(rates above 10 % are excluded\); without it, 50 of 50 attempts did \(100 %\): old\.$/,
    ],
    [
      "fewer crash",
      BAD,
      { counted: 12, crashes: { old: 12 } },
      "rarer",
      /^Made rarer: with the patch 12 of 50, without it 50 of 50 attempts: old\.$/,
    ],
    ["more crash", { counted: 5, crashes: { old: 5 } }, BAD, "more-often", /^Made more frequent/],
    ["as many crash", BAD, BAD, "no-difference", /^No difference shown: with the patch 50 of 50/],
    [
      "too few attempts to tell",
      { attempts: 4, counted: 1, crashes: { old: 1 } },
      { attempts: 4 },
      "no-difference",
      /^No difference shown/,
    ],
    [
      "it dies of something else",
      BAD,
      { counted: 50, crashes: { fresh: 50 } },
      "another-crash",
      /^Another crash now, in 50 of 50 attempts with the patch and in none of 50 without it: fresh\. The crash that was there came in 50 of 50 attempts without the patch: old\.$/,
    ],
    [
      "it dies of something that is not counted",
      BAD,
      { counted: 0, crashes: { fresh: 50 } },
      "another-crash",
      /^Another crash now/,
    ],
    [
      "the old crash is rarer, and there is a new one",
      BAD,
      { counted: 40, crashes: { old: 5, fresh: 35 } },
      "another-crash",
      /in 35 of 50 attempts/,
    ],
    [
      "the program is the same, byte by byte",
      BAD,
      { ...BAD, identicalTo: "musl@v1" },
      "no-difference",
      /the patch changes nothing of what is built/,
    ],
    [
      "it never crashed",
      {},
      {},
      "not-seen",
      /^Nothing can be said: without the patch, too, none of 50 attempts/,
    ],
    [
      "the patched side is not built",
      BAD,
      { built: false, attempts: 0 },
      "not-built",
      /^Nothing can be said: with the patch, the program could not be built\.$/,
    ],
    [
      "the plain side is not built",
      { built: false, attempts: 0 },
      {},
      "not-built",
      /without the patch, too, the program could not be built/,
    ],
    [
      "it hangs in place of crashing",
      BAD,
      { hangs: 50 },
      "another-crash",
      /^It hangs now, in 50 of 50 attempts with the patch and in none of 50 without it: hang in wait\. The crash that was there/,
    ],
  ])("%s", (_what, without, after, verdict, sentence) => {
    const judged = judgeFix(sides(without, after), control(without));
    expect(judged.verdict).toBe(verdict);
    expect(judged.sentence).toMatch(sentence);
  });

  test("a program that exits with a status of its own is said, and left to the reader", () => {
    const { verdict, sentence } = judgeFix(sides(BAD, { exits: 50 }), control(BAD));
    expect(verdict).toBe("fixed");
    expect(sentence).toContain("50 of them exited with another status than 0");
  });

  test("a crash that both sides have is none that the patch brought", () => {
    const also = { counted: 50, crashes: { old: 45, other: 5 } };
    expect(
      judgeFix(sides(also, { counted: 50, crashes: { old: 44, other: 6 } }), control(also)),
    ).toMatchObject({
      verdict: "no-difference",
      newCrash: null,
    });
  });
});

describe("the control", () => {
  test("that differs from the unpatched side takes the verdict away", () => {
    const judged = judgeFix(sides(BAD, {}), control({ counted: 10, crashes: { old: 10 } }));
    expect(judged).toMatchObject({ verdict: "control-differs", control: { counted: 10, differs: true } });
    expect(judged.sentence).toMatch(/the unpatched side differs from itself/);
  });

  test("that differs a little, as chance has it, does not", () => {
    const half: Side = { counted: 25, crashes: { old: 25 } };
    const judged = judgeFix(sides(half, {}), control({ counted: 19, crashes: { old: 19 } }));
    expect(judged).toMatchObject({ verdict: "fixed", control: { differs: false } });
  });

  test("where there was none, nothing is said of it", () => {
    const judged = judgeFix(sides(BAD, {}), null);
    expect(judged).toMatchObject({ verdict: "fixed", control: null });
    expect(trailerOf(sides(BAD, {}), judged).join("\n")).not.toContain("Control");
  });
});

test("the lines for a patch's submission have what was tested, the numbers, and a place for a name", () => {
  const both = sides(BAD, {});
  expect(trailerOf(both, judgeFix(both, control(BAD)))).toEqual([
    "Tested with vivarium 1.0: bug, default, musl@v1 against",
    "musl@v1+fix.diff.",
    "Fixed: with the patch, 0 of 50 attempts ended this way (rates above 10 %",
    "are excluded); without it, 50 of 50 attempts did (100 %): old.",
    "Control: the unpatched side again: 50 of 50 (p = 1).",
    "",
    "Tested-by: NAME <ADDRESS>",
  ]);
});

test("a patch that does not apply is said to, and there is nothing to put under it", () => {
  const both = sides(BAD, { built: false, attempts: 0 });
  const notBuilt = { why: "a patch does not apply: fix.diff: Hunk #1 FAILED at 27." };
  const [without, after] = both.environments as [EnvironmentRecord, EnvironmentRecord];
  const told = { ...both, environments: [without, { ...after, notBuilt }] } as unknown as Result;
  const judged = judgeFix(told, null);
  expect(judged.sentence).toBe("Nothing can be said: the patch does not apply to the program's sources.");
  expect(trailerOf(told, judged)).toEqual([]);
});

test("nobody is asked to vouch for a patch that changes nothing", () => {
  const both = sides(BAD, BAD);
  expect(trailerOf(both, judgeFix(both, control(BAD))).join("\n")).not.toContain("Tested-by");
});

test("a side that cannot be built is the end of a search, and no interruption", () => {
  const message =
    "musl@v1+fix.diff could not be built: the step 'patch fix.diff' failed (exit 1):\npatching file a.c";
  const both = {
    ...sides({}, { built: false, attempts: 0 }),
    complete: false,
    warnings: [],
    infra: [{ where: "musl@v1+fix.diff", message }],
  } as unknown as Result;
  const runs = {
    sides: both,
    control: null,
    judged: judgeFix(both, null),
    patches: ["fix.diff"],
    ms: 1,
    evidence: [],
  };
  const found = fixFound({ ...runs, interrupted: false });
  expect(found).toMatchObject({ complete: true, verdict: "undecided" });
  expect(found.warnings).toEqual([
    "musl@v1+fix.diff could not be built: the step 'patch fix.diff' failed (exit 1): patching file a.c",
  ]);
  expect(fixFound({ ...runs, interrupted: true })).toMatchObject({ complete: false });
});
