import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  attemptsFor,
  checkClaims,
  claimsExitCode,
  contradictions,
  type Claim,
} from "../../src/result/claims.js";
import type { EnvironmentRecord, RateRecord, Result } from "../../src/result/result.js";
import { rejectionProbability } from "../../src/stats/sample-size.js";
import { clopperPearson } from "../../src/stats/interval/clopper-pearson.js";
import { sample, SAMPLES } from "../report/samples.js";

const claimed = sample("one-crash");
const [first] = claimed.environments as [EnvironmentRecord];

/** The result with its only environment changed. */
function withEnvironment(change: Partial<EnvironmentRecord>, result = claimed): Result {
  return { ...result, environments: [{ ...(result.environments[0] as EnvironmentRecord), ...change }] };
}

function rateOf(counted: number, attempts: number, of = "SIGSEGV"): RateRecord {
  const { low, high } = clopperPearson({ counted, attempts }, 0.95);
  return { of, estimate: counted / attempts, low, high, confidence: 0.95, method: "Clopper-Pearson" };
}

/** An environment that crashed in so many of its attempts, with one signature. */
function crashing(counted: number, attempts: number): Partial<EnvironmentRecord> {
  const signature = first.signatures[0] as EnvironmentRecord["signatures"][number];
  return {
    attempts,
    outcomes: { crash: counted, exit: 0, timeout: 0, clean: attempts - counted },
    rate: rateOf(counted, attempts),
    signatures: counted === 0 ? [] : [{ ...signature, count: counted, firstAttempt: 1 }],
    expectation: null,
  };
}

const verdictsOf = (claims: readonly Claim[]): Record<string, string> =>
  Object.fromEntries(claims.map(({ what, verdict }) => [what.replace(/ of .*| [0-9a-f]{12}$/, ""), verdict]));

describe("checkClaims", () => {
  test("all holds for the same result again", () => {
    const claims = checkClaims(claimed, claimed);
    expect(new Set(claims.map(({ verdict }) => verdict))).toEqual(new Set(["holds"]));
    expect(claims.map(({ what }) => what)).toEqual(
      expect.arrayContaining(["package versions", "program", expect.stringContaining("rate of ")]),
    );
    expect(claimsExitCode(claims)).toBe(0);
  });

  test.each<[string, Partial<EnvironmentRecord>, Partial<EnvironmentRecord>, string, string]>([
    ["the crash is gone", crashing(20, 20), crashing(0, 20), "rate", "does not hold"],
    ["it is as rare as was said", crashing(5, 20), crashing(12, 60), "rate", "holds"],
    ["it is much more frequent", crashing(1, 100), crashing(30, 100), "rate", "does not hold"],
    ["a clean one crashes", crashing(0, 100), crashing(20, 100), "rate", "does not hold"],
    ["a clean one is clean", crashing(0, 20), crashing(0, 60), "rate", "holds"],
    ["too few attempts to tell", crashing(2, 100), crashing(0, 5), "rate", "could not be checked"],
    ["the signature is gone", crashing(20, 20), crashing(0, 20), "signature", "does not hold"],
    ["a rare one did not come", crashing(1, 100), crashing(0, 20), "signature", "could not be checked"],
    ["the program is another", {}, { binary: null }, "program", "could not be checked"],
    ["packages moved on", {}, { packages: {} }, "package versions", "could not be checked"],
    ["no rate here", {}, { rate: null }, "rate", "could not be checked"],
    [
      "the expectation is missed",
      { expectation: { met: true, why: "as expected" } },
      { expectation: { met: false, why: "clean" } },
      "expectation",
      "does not hold",
    ],
    [
      "the expectation is open",
      { expectation: { met: true, why: "as expected" } },
      { expectation: null },
      "expectation",
      "could not be checked",
    ],
  ])("%s", (_what, was, is, what, verdict) => {
    const claims = checkClaims(withEnvironment(was), withEnvironment(is));
    expect(verdictsOf(claims)[what]).toBe(verdict);
    for (const { why } of claims) expect(why).not.toBe("");
  });

  test("another crash in place of the claimed one is named", () => {
    const other = { ...(first.signatures[0] as object), id: "0123456789ab", title: "SIGBUS elsewhere" };
    const claims = checkClaims(claimed, withEnvironment({ signatures: [other as never] }));
    expect(claims).toContainEqual(
      expect.objectContaining({ verdict: "does not hold", why: "seen instead: SIGBUS elsewhere" }),
    );
    expect(claimsExitCode(claims)).toBe(1);
  });

  test("an environment that could not be run says why", () => {
    const infra = [{ where: first.id, attempt: null, message: "its image cannot be built" }];
    const claims = checkClaims(claimed, { ...claimed, environments: [], infra });
    expect(claims).toEqual([
      {
        environment: first.id,
        what: "everything",
        verdict: "could not be checked",
        why: "its image cannot be built",
      },
    ]);
    expect(claimsExitCode(claims)).toBe(3);
  });

  test.each(SAMPLES)("%s: every claim about itself holds, but for what cannot be told", (name) => {
    const result = sample(name);
    for (const { verdict } of checkClaims(result, result)) expect(verdict).not.toBe("does not hold");
  });
});

describe("claimsExitCode", () => {
  const claim = (what: string, verdict: Claim["verdict"]): Claim => ({
    environment: "glibc-2.36",
    what,
    verdict,
    why: "w",
  });

  test.each<[number, Claim[]]>([
    [3, []],
    [3, [claim("program", "holds")]],
    [0, [claim("rate", "holds"), claim("program", "could not be checked")]],
    [0, [claim("rate", "holds"), claim("package versions", "could not be checked")]],
    [3, [claim("rate", "holds"), claim("signature", "could not be checked")]],
    [1, [claim("rate", "does not hold"), claim("signature", "could not be checked")]],
  ])("%i", (code, claims) => {
    expect(claimsExitCode(claims)).toBe(code);
  });
});

describe("attemptsFor", () => {
  test("is enough to find out that a crash is gone, and that a clean environment is not", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, share) => {
          const counted = Math.round(share * attempts);
          const result = withEnvironment(crashing(counted, attempts));
          const runs = attemptsFor(result);
          expect(runs).toBeGreaterThanOrEqual(10);
          expect(runs).toBeLessThanOrEqual(5000);
          const { rate } = result.environments[0] as { rate: RateRecord };
          const lie = counted === 0 ? Math.min(1, 2 * rate.high + 0.05) : 0;
          if (runs < 5000 && rate.low + 1 - rate.high > 0.05 && (lie < rate.low || lie > rate.high))
            expect(rejectionProbability(rate, runs, lie, 0.95)).toBeGreaterThanOrEqual(0.95);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a lie is found: the rate of a crash that never comes does not hold", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 90 }), (counted, more) => {
        const lie = withEnvironment(crashing(counted, counted + more - 1));
        const runs = attemptsFor(lie);
        const claims = checkClaims(lie, withEnvironment(crashing(0, runs)));
        // A rate so low that no campaign can tell is not believed, either; that its crash is missed, is.
        expect(verdictsOf(claims)["rate"]).toBe(runs < 5000 ? "does not hold" : "could not be checked");
        expect(claimsExitCode(claims)).toBe(1);
      }),
      { numRuns: 60 },
    );
  });

  test("nothing to check is checked with the least", () => {
    expect(attemptsFor({ ...claimed, environments: [] })).toBe(10);
    expect(attemptsFor(withEnvironment({ rate: null }))).toBe(10);
  });
});

describe("contradictions", () => {
  test.each(SAMPLES)("%s has none", (name) => {
    expect(contradictions(sample(name))).toEqual([]);
  });

  test.each<[string, Partial<EnvironmentRecord>]>([
    [
      "outcomes add up to 25, not to its 20 attempts",
      { ...crashing(20, 20), outcomes: { crash: 20, exit: 5, timeout: 0, clean: 0 } },
    ],
    [
      "signatures count 20 attempts, and 3 failed",
      { ...crashing(20, 20), outcomes: { crash: 3, exit: 0, timeout: 0, clean: 17 } },
    ],
    [
      "rate lies outside of its own interval",
      { ...crashing(20, 20), rate: { ...rateOf(20, 20), estimate: 0.1 } },
    ],
  ])("%s", (said, change) => {
    const [fault] = contradictions(withEnvironment(change));
    expect(fault).toContain(said);
    expect(fault).toContain(`${first.id}: its `);
  });
});
