import { describe, expect, test } from "vitest";
import { claimsExitCode } from "../../src/result/claims.js";
import type { EnvironmentRecord, Result } from "../../src/result/result.js";
import type { SearchDetails, SearchResult } from "../../src/result/search/search-result.js";
import { attemptsForSearch, searchClaims, searchContradictions } from "../../src/search/claims.js";

/** A campaign over one environment, of whose attempts so many crashed, with these signatures. */
function campaign(counted: number, attempts: number, ...signatures: readonly string[]): Result {
  const environment = {
    id: "glibc-2.36",
    attempts,
    rate: attempts === 0 ? null : { of: "crash", estimate: counted / attempts, low: 0, high: 1 },
    outcomes: { crash: counted, exit: 0, timeout: 0, clean: attempts - counted },
    signatures: signatures.map((id) => ({ id, title: `crash ${id}`, count: counted, outcome: "crash" })),
  } as unknown as EnvironmentRecord;
  return { environments: [environment] } as unknown as Result;
}

function search(details: object, evidence: readonly Result[] = []): SearchResult {
  return {
    verdict: "found",
    command: "vivarium ablate crash.c",
    details: details as SearchDetails,
    candidates: [],
    evidence: evidence.map((result) => ({ role: "", campaign: "", folder: "", result })),
  } as unknown as SearchResult;
}

const side = (counted: number, attempts: number): object => ({
  candidate: "",
  with: true,
  counted,
  attempts,
});
const bisection = (find = "introduced", sides = [side(20, 20), side(0, 20)], confirmed = true): object => ({
  kind: "bisect",
  find,
  confirmation: { sides, confirmed, alpha: 0.001, pValue: 0 },
});

describe("a bisection that was run again", () => {
  test.each([
    ["holds", "introduced", campaign(30, 30), campaign(0, 30)],
    ["holds", "fixed", campaign(0, 30), campaign(30, 30)],
    ["holds", "changed", campaign(2, 60), campaign(40, 60)],
    // The wrong way round.
    ["does not hold", "introduced", campaign(0, 30), campaign(30, 30)],
    ["does not hold", "introduced", campaign(30, 30), campaign(30, 30)],
    // Fewer attempts than the claim needs.
    ["could not be checked", "introduced", campaign(2, 5), campaign(0, 5)],
    ["could not be checked", "introduced", campaign(0, 0), campaign(0, 20)],
  ])("%s: it %s it", (verdict, find, first, second) => {
    const rises =
      find === "fixed" ? [campaign(0, 20), campaign(20, 20)] : [campaign(20, 20), campaign(0, 20)];
    const claims = searchClaims(search(bisection(find), rises), [first, second]);
    expect(claims).toMatchObject([
      { environment: "bisect", what: "the change makes the difference", verdict },
    ]);
  });

  test("is tried as often as its difference needs", () => {
    expect(attemptsForSearch(search(bisection(), [campaign(20, 20), campaign(0, 20)]))).toBe(8);
    const rare = attemptsForSearch(search(bisection(), [campaign(10, 1000), campaign(0, 1000)]));
    expect(rare).toBeGreaterThan(1000);
    expect(rare).toBeLessThanOrEqual(5000);
  });

  test("may not claim what its own counts do not show", () => {
    expect(searchContradictions(search(bisection()))).toEqual([]);
    expect(searchContradictions(search(bisection("introduced", [side(2, 20), side(1, 20)])))).toEqual([
      expect.stringContaining("its confirmation gives p = "),
    ]);
    expect(searchContradictions(search(bisection("introduced", [side(2, 20), side(1, 20)], false)))).toEqual([
      "it names a change that was not confirmed",
    ]);
    const counts = { ...search(bisection()), candidates: [{ id: "a", counted: 3, attempts: 2 }] };
    expect(searchContradictions(counts as unknown as SearchResult)).toEqual(["a: 3 of 2 attempts"]);
  });
});

describe("a reduction that was run again", () => {
  const whole = campaign(20, 20, "aaa");
  test.each([
    ["holds", whole, campaign(18, 20, "aaa")],
    ["does not hold", whole, campaign(20, 20, "bbb")],
    ["does not hold", whole, campaign(0, 20)],
    ["could not be checked", campaign(0, 20), campaign(0, 20)],
  ])("%s", (verdict, before, after) => {
    expect(searchClaims(search({ kind: "reduce" }), [before, after])).toMatchObject([
      { environment: "reduce", what: "it is the same crash", verdict },
    ]);
  });
});

test("the table of an ablation is left to its own command, and decides nothing", () => {
  const claims = searchClaims(search({ kind: "ablate", parts: [{}, {}] }), [campaign(5, 5, "aaa")]);
  expect(claims).toMatchObject([
    {
      verdict: "could not be checked",
      why: "its 2 parts are not taken out again: vivarium ablate crash.c does that",
    },
  ]);
  const held = { environment: "glibc-2.36", what: "rate of crash", verdict: "holds", why: "" } as const;
  expect(claimsExitCode([held, ...claims])).toBe(0);
});

test("a fix has to come to the same verdict again", () => {
  const both = (counted: number): Result =>
    ({
      environments: [
        campaign(50, 50, "aaa").environments[0],
        campaign(counted, 50, "aaa").environments[0],
      ].map((environment) => ({ ...environment, binary: {}, identicalTo: null })),
      comparisons: [{ differs: counted < 40, difference: counted / 50 - 1 }],
    }) as unknown as Result;
  const claim = { kind: "fix", verdict: "fixed", control: null };
  expect(searchClaims(search(claim), [both(0)])).toMatchObject([
    { what: "verdict: fixed", verdict: "holds", why: expect.stringMatching(/^Fixed: /) as string },
  ]);
  expect(searchClaims(search(claim), [both(50)])).toMatchObject([{ verdict: "does not hold" }]);
});
