import { NOT_RUN_AGAIN, type Claim } from "../result/claims.js";
import type { EnvironmentRecord, Result } from "../result/result.js";
import type { BisectDetails } from "../result/search/bisect-details.js";
import type { FixDetails } from "../result/search/fix-details.js";
import type { SearchResult } from "../result/search/search-result.js";
import { exactTest } from "../stats/exact/boschloo.js";
import type { Tally } from "../stats/tally.js";
import { pValue } from "../text/numbers.js";
import { judgeFix } from "./strategy/fix.js";

/** How unlikely a difference must be to be called one, where both sides are run again. */
const ALPHA = 0.01;
/** (2.58 + 1.64)²: quantiles of a two-sided level of 0.01 and of a power of 95 %. */
const FACTOR = 17.8;
const MOST = 5000;
const LEAST = 8;

/**
 * What a search says beyond its campaigns, held against what these came to when they were run again; `found`: in the order of its evidence. A
 * claim's environment is the verb. Pure.
 */
export function searchClaims(claimed: SearchResult, found: readonly Result[]): Claim[] {
  const { details } = claimed;
  const claim = (what: string, [verdict, why]: Judged): Claim => ({
    environment: details.kind,
    what,
    verdict,
    why,
  });
  switch (details.kind) {
    case "bisect":
      return claimed.verdict === "found" && details.confirmation !== null
        ? [
            claim(
              "the change makes the difference",
              changeDiffers(details, attemptsForSearch(claimed), found),
            ),
          ]
        : [];
    case "fix":
      return [claim(`verdict: ${details.verdict}`, sameVerdict(details, found))];
    case "reduce":
      return found.length < 2 ? [] : [claim("it is the same crash", sameCrash(found))];
    case "ablate": {
      const again = `its ${details.parts.length} parts are not taken out again: ${claimed.command} does that`;
      return [claim(NOT_RUN_AGAIN, ["could not be checked", again])];
    }
  }
}

/** Attempts of each of a search's campaigns that its own claims need, beyond what the campaigns' need: 0 where none. */
export function attemptsForSearch({ details, evidence }: SearchResult): number {
  if (details.kind !== "bisect" || details.confirmation === null) return 0;
  const [p, q] = evidence.map(({ result }) => rate(tallyOf(result)));
  return p === undefined || q === undefined ? 0 : attemptsToTell(p, q);
}

/** What of a search's result its own numbers belie. */
export function searchContradictions({ candidates, details, verdict }: SearchResult): string[] {
  const faults = candidates
    .filter(({ counted, attempts }) => counted > attempts)
    .map(({ id, counted, attempts }) => `${id}: ${counted} of ${attempts} attempts`);
  if (details.kind !== "bisect" || details.confirmation === null) return faults;
  const { sides, confirmed, alpha } = details.confirmation;
  const [subject, ...others] = sides;
  const real = subject === undefined ? 1 : Math.max(...others.map((other) => exactTest(other, subject)));
  const shown = real <= alpha;
  return [
    ...faults,
    ...(shown === confirmed ? [] : [`its confirmation gives ${pValue(real)}`]),
    ...(verdict === "found" && !confirmed ? ["it names a change that was not confirmed"] : []),
  ];
}

type Judged = readonly [Claim["verdict"], string];

/** `needed`: attempts of each side after which the claimed difference would have been shown. */
function changeDiffers({ find }: BisectDetails, needed: number, [first, second]: readonly Result[]): Judged {
  const [a, b] = [first, second].map((result) => (result === undefined ? NONE : tallyOf(result))) as [
    Tally,
    Tally,
  ];
  if (a.attempts === 0 || b.attempts === 0) return ["could not be checked", "a side could not be run"];
  const p = exactTest(b, a);
  const seen = `${a.counted} of ${a.attempts} with it, ${b.counted} of ${b.attempts} without it; ${pValue(p)}`;
  const rises = rate(a) > rate(b);
  const isAsSaid = find === "changed" || rises === (find === "introduced");
  if (p <= ALPHA) return [isAsSaid ? "holds" : "does not hold", seen];
  return Math.min(a.attempts, b.attempts) >= needed
    ? ["does not hold", seen]
    : ["could not be checked", `${seen}; it takes more attempts to tell`];
}

function sameVerdict({ verdict, control }: FixDetails, [both, again]: readonly Result[]): Judged {
  if (both === undefined || both.environments.some(({ attempts }) => attempts === 0))
    return ["could not be checked", "a side could not be run"];
  const judged = judgeFix(both, control === null ? null : (again ?? null));
  if (judged.verdict === verdict) return ["holds", judged.sentence];
  const unsure = ["not-seen", "control-differs", "not-built"].includes(judged.verdict);
  return [unsure ? "could not be checked" : "does not hold", judged.sentence];
}

function sameCrash([whole, smaller]: readonly Result[]): Judged {
  const ids = (result: Result | undefined): Map<string, string> =>
    new Map(
      (result?.environments ?? []).flatMap(({ signatures }) =>
        signatures.filter(({ weak }) => weak !== true).map(({ id, title }) => [id, title] as const),
      ),
    );
  const [before, after] = [ids(whole), ids(smaller)];
  const shared = [...after].find(([id]) => before.has(id));
  if (shared !== undefined) return ["holds", shared[1]];
  if (before.size === 0) return ["could not be checked", "the whole program was not seen to crash here"];
  return after.size === 0
    ? ["does not hold", "the smaller program did not crash"]
    : ["does not hold", `the smaller program crashes otherwise: ${[...after.values()][0] ?? ""}`];
}

const NONE: Tally = { attempts: 0, counted: 0 };

/** Counts of a campaign over one environment. */
function tallyOf({ environments: [only] }: Result): Tally {
  return only === undefined ? NONE : { attempts: only.attempts, counted: countedIn(only) };
}

function countedIn({ rate: found, attempts }: EnvironmentRecord): number {
  return Math.round((found?.estimate ?? 0) * attempts);
}

function rate({ attempts, counted }: Tally): number {
  return attempts === 0 ? 0 : counted / attempts;
}

/** Attempts of each side after which a difference of these rates is shown with 95 % power. */
function attemptsToTell(p: number, q: number): number {
  if (p === q) return MOST;
  const needed = Math.ceil((FACTOR * (p * (1 - p) + q * (1 - q))) / (p - q) ** 2);
  return Math.min(MOST, Math.max(LEAST, needed));
}
