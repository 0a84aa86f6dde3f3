import { exactTest } from "../stats/exact/boschloo.js";
import { attemptsToVerify, compatibility } from "../stats/sample-size.js";
import { count } from "../text/count.js";
import { percent, pValue as pText, rateWithInterval } from "../text/numbers.js";
import type { EnvironmentRecord, RateRecord, Result } from "./result.js";

/** One thing that a bundle says, held against what was found when it was run again. */
export interface Claim {
  readonly environment: string;
  /** `package versions`, `program`, `rate`, `signature 19801eec4c76`, `expectation`. */
  readonly what: string;
  readonly verdict: "holds" | "does not hold" | "could not be checked";
  readonly why: string;
}

const CONFIDENCE = 0.95;
/** A p value below which two counts are no longer of one rate. */
const CLEAR = 0.01;
const POWER = 0.95;
/** Fewer would let a rate pass that is far off; more than were claimed to be needed prove nothing new. */
const LEAST = 10;
const MOST = 5000;

/**
 * Attempts of each environment after which a claim that is false would be found so with 95 % power: for a crash, that it is
 * gone; for a clean environment, that it crashes at twice the rate that the claim leaves open.
 */
export function attemptsFor(claimed: Result): number {
  const wanted = claimed.environments.map(({ rate }) => (rate === null ? 0 : attemptsForRate(rate)));
  return Math.min(MOST, Math.max(LEAST, ...wanted));
}

/** The same for one rate; 0 where its interval leaves nothing out, so that nothing can be found false. */
function attemptsForRate(rate: RateRecord): number {
  const actual = rate.low > 0 ? 0 : Math.min(1, 2 * rate.high + 0.05);
  if (actual >= rate.low && actual <= rate.high) return 0;
  return attemptsToVerify(rate, actual, { confidence: CONFIDENCE, power: POWER }) ?? Infinity;
}

/** Every claim of a result, against the result of running the same again. Pure. */
export function checkClaims(claimed: Result, found: Result): Claim[] {
  return claimed.environments.flatMap((environment) => {
    const again = found.environments.find(({ id }) => id === environment.id);
    if (environment.attempts === 0) return [];
    if (again === undefined || again.attempts === 0) {
      const why = whyNotRun(found, environment.id) ?? "it could not be run here";
      return [
        { environment: environment.id, what: "everything", verdict: "could not be checked" as const, why },
      ];
    }
    return [
      packages(environment, again),
      program(environment, again),
      rate(environment, again),
      ...signatures(environment, again),
      ...expectation(environment, again),
    ].map((claim) => ({ environment: environment.id, ...claim }));
  });
}

/** What kept an environment from any attempt: its build, or the engine; null where a result says nothing of it. */
export function whyNotRun({ environments, infra }: Result, environment: string): string | null {
  const notBuilt = environments.find(({ id }) => id === environment)?.notBuilt;
  return notBuilt?.why ?? infra.find(({ where }) => where === environment)?.message ?? null;
}

type Checked = Omit<Claim, "environment">;

/** What a result says of one environment's packages and program alone. */
export function checkBuild(claimed: EnvironmentRecord, found: EnvironmentRecord): Claim[] {
  return [packages(claimed, found), program(claimed, found)].map((claim) => ({
    environment: claimed.id,
    ...claim,
  }));
}

/** Other versions are no lie: archives move. But then the other claims were checked on something else. */
function packages(claimed: EnvironmentRecord, found: EnvironmentRecord): Checked {
  const other = Object.entries(claimed.packages).filter(
    ([name, version]) => found.packages[name] !== version,
  );
  if (other.length === 0) {
    return {
      what: "package versions",
      verdict: "holds",
      why: `${Object.keys(claimed.packages).length} packages are the same`,
    };
  }
  const told = other
    .slice(0, 3)
    .map(([name, version]) => `${name} was ${version}, here ${found.packages[name] ?? "none"}`);
  return {
    what: "package versions",
    verdict: "could not be checked",
    why: `the archive has moved on: ${told.join("; ")}`,
  };
}

function program(claimed: EnvironmentRecord, found: EnvironmentRecord): Checked {
  const [before, now] = [claimed.binary?.sha256, found.binary?.sha256];
  if (before !== undefined && before === now)
    return { what: "program", verdict: "holds", why: `the same bytes: sha256 ${before.slice(0, 16)}…` };
  return {
    what: "program",
    verdict: "could not be checked",
    why: `other bytes (sha256 ${now?.slice(0, 16) ?? "none"}…): the build is not reproducible, or its tools are others`,
  };
}

function rate(claimed: EnvironmentRecord, found: EnvironmentRecord): Checked {
  const { rate: claim } = claimed;
  if (claim === null || found.rate === null)
    return { what: "rate", verdict: "could not be checked", why: "there is no rate to compare" };
  const counted = Math.round(found.rate.estimate * found.attempts);
  const { compatible, pValue } = compatibility(claim, { counted, attempts: found.attempts }, CONFIDENCE);
  const seen = `${counted} of ${found.attempts} here, claimed ${rateWithInterval(claim)}`;
  const what = `rate of ${claim.of}`;
  if (!compatible) return { what, verdict: "does not hold", why: `${seen}; ${pText(pValue)}` };
  const needed = attemptsForRate(claim);
  if (found.attempts >= needed) return { what, verdict: "holds", why: seen };
  const least = Number.isFinite(needed) ? `${count(needed)} attempts` : "more attempts than can be made";
  return { what, verdict: "could not be checked", why: `${seen}; it takes ${least} to tell` };
}

/**
 * Two fixed numbers of attempts and the crashes among them: whether the crash comes as often as claimed. A claim that it comes is not refuted where it comes more
 * often; and load changes how often a race is met, so that only a clear difference counts.
 */
export function comesAsOften(
  claimed: { readonly attempts: number; readonly crashes: number },
  found: { readonly attempts: number; readonly crashes: number },
): Pick<Claim, "verdict" | "why"> {
  const seen = `${found.crashes} of ${found.attempts} attempts here, claimed ${claimed.crashes} of ${claimed.attempts}`;
  const pValue = exactTest(
    { counted: claimed.crashes, attempts: claimed.attempts },
    { counted: found.crashes, attempts: found.attempts },
  );
  const isRarer = found.crashes * claimed.attempts < claimed.crashes * found.attempts;
  return isRarer && pValue < CLEAR
    ? { verdict: "does not hold", why: `${seen}; ${pText(pValue)}` }
    : { verdict: "holds", why: seen };
}

function signatures(claimed: EnvironmentRecord, found: EnvironmentRecord): Checked[] {
  const here = new Map(found.signatures.map((signature) => [signature.id, signature]));
  return claimed.signatures.map(({ id, title, count: times, weak }) => {
    const what = `${weak === true ? "weak " : ""}signature ${id}`;
    const again = here.get(id);
    if (weak === true) {
      const seen =
        again === undefined ? "not seen here" : `${again.count} of ${found.attempts} ended alike here`;
      const why = `${seen}: ${title}; too little is known of it to say whether that is the same crash`;
      return { what, verdict: "could not be checked", why };
    }
    if (again !== undefined)
      return { what, verdict: "holds", why: `${again.count} of ${found.attempts} here: ${title}` };
    // A rare one need not come again in as many attempts as the common ones need.
    const share = times / claimed.attempts;
    const missed = (1 - share) ** found.attempts;
    if (missed > 1 - CONFIDENCE) {
      return {
        what,
        verdict: "could not be checked",
        why: `not seen here, as is likely in ${found.attempts} attempts at ${percent(share)}`,
      };
    }
    const instead = found.signatures[0];
    return {
      what,
      verdict: "does not hold",
      why:
        instead === undefined ? `not seen in ${found.attempts} attempts` : `seen instead: ${instead.title}`,
    };
  });
}

function expectation(claimed: EnvironmentRecord, found: EnvironmentRecord): Checked[] {
  if (claimed.expectation?.met !== true) return [];
  if (found.expectation === null || found.expectation.met === null) {
    return [
      {
        what: "expectation",
        verdict: "could not be checked",
        why: found.expectation?.why ?? "there is none here",
      },
    ];
  }
  return [
    {
      what: "expectation",
      verdict: found.expectation.met ? "holds" : "does not hold",
      why: found.expectation.why,
    },
  ];
}

/** Whether a claimed result agrees with itself: what its own counts say against the rates that it names. */
export function contradictions(result: Result): string[] {
  return result.environments.flatMap(({ id, attempts, outcomes, signatures: named, rate: claim }) => {
    const sum = outcomes.clean + outcomes.crash + outcomes.exit + outcomes.timeout;
    const failed = attempts - outcomes.clean;
    const told = named.reduce((total, { count: times }) => total + times, 0);
    return [
      ...(sum === attempts ? [] : [`${id}: its outcomes add up to ${sum}, not to its ${attempts} attempts`]),
      ...(told <= failed ? [] : [`${id}: its signatures count ${told} attempts, and ${failed} failed`]),
      ...(claim === null || (claim.low <= claim.estimate && claim.estimate <= claim.high)
        ? []
        : [`${id}: its rate lies outside of its own interval`]),
    ];
  });
}

/** A claim of a search that `verify` leaves to the search's own command: it would be the whole search again. */
export const NOT_RUN_AGAIN = "table of parts";

/** Whether a claim is about the crash. Versions, bytes and weak signatures are told alone: archives move, not every build is reproducible, and a weak signature is no name of a crash. */
export function decides({ what }: Claim): boolean {
  return (
    !["program", "package versions", NOT_RUN_AGAIN].includes(what) && !what.startsWith("weak signature ")
  );
}

/** 0 where every claim that decides holds, 1 where a claim does not, 3 where one could not be checked. */
export function claimsExitCode(claims: readonly Claim[]): number {
  if (claims.some(({ verdict }) => verdict === "does not hold")) return 1;
  const essential = claims.filter(decides);
  return essential.some(({ verdict }) => verdict === "could not be checked") || essential.length === 0
    ? 3
    : 0;
}
