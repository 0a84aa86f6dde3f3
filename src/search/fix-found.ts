import { shortReason } from "../images/recipe/build-failure.js";
import type { EnvironmentRecord, Result } from "../result/result.js";
import type { CandidateRecord } from "../result/search/candidate.js";
import type { SearchResult } from "../result/search/search-result.js";
import { printable } from "../text/printable.js";
import type { Found } from "./close-search.js";
import { trailerOf, type FixJudgement } from "./strategy/fix.js";

/** Everything that the answer about a patch rests on. */
export interface FixRuns {
  readonly sides: Result;
  readonly control: Result | null;
  readonly judged: FixJudgement;
  /** Whether somebody ended it early. */
  readonly interrupted: boolean;
  readonly patches: readonly string[];
  readonly ms: number;
  readonly evidence: SearchResult["evidence"];
}

/** Characters of why a side has no result. */
const MAX_SAID = 600;

const SETTLED = ["fixed", "rarer", "another-crash", "more-often"];

/** The result of a search, from the runs of both sides. Pure. */
export function fixFound({ sides, control, judged, interrupted, patches, ms, evidence }: FixRuns): Found {
  const [without, after] = sides.environments as [EnvironmentRecord, EnvironmentRecord];
  const { repro } = sides.plan;
  const count = (environment: EnvironmentRecord): number =>
    Math.round((environment.rate?.estimate ?? 0) * environment.attempts);
  return {
    repro,
    question: `Does ${patches.join(" with ")} fix ${repro.name} on ${without.id}?`,
    // A campaign with a side that cannot be built is not complete; the search came to its end all the same.
    complete:
      !interrupted && (judged.verdict === "not-built" || (sides.complete && control?.complete !== false)),
    verdict: SETTLED.includes(judged.verdict)
      ? "found"
      : judged.verdict === "no-difference"
        ? "none"
        : "undecided",
    answer: [judged.sentence],
    details: {
      kind: "fix",
      patches: [...patches],
      verdict: judged.verdict,
      without: { environment: without.id, attempts: without.attempts, counted: count(without) },
      with: { environment: after.id, attempts: after.attempts, counted: count(after) },
      excludedAbove: after.rate?.high ?? null,
      pValue: judged.comparison?.adjustedPValue ?? null,
      test: judged.comparison?.test ?? null,
      newCrash: judged.newCrash,
      control: judged.control,
      trailer: trailerOf(sides, judged),
    },
    candidates: [candidate(without, "without the patch"), candidate(after, "with the patch")],
    evidence,
    cost: {
      candidates: 2,
      attempts: [...sides.environments, ...(control?.environments ?? [])].reduce(
        (sum, { attempts }) => sum + attempts,
        0,
      ),
      builds: 2,
      ms,
    },
    warnings: [
      ...sides.warnings,
      ...sides.environments.flatMap(({ id, notBuilt }) =>
        notBuilt === undefined
          ? []
          : [`${id} could not be built: ${printable(shortReason(notBuilt.why), MAX_SAID)}`],
      ),
      ...sides.infra.map(({ where, message }) => {
        const said = printable(shortReason(message), MAX_SAID);
        return said.startsWith(`${where} `) ? said : `${where}: ${said}`;
      }),
    ],
  };
}

function candidate(environment: EnvironmentRecord, role: string): CandidateRecord {
  const counted = Math.round((environment.rate?.estimate ?? 0) * environment.attempts);
  return {
    id: environment.id,
    title: environment.id,
    role,
    build:
      environment.binary === null
        ? { status: "failed", ms: 0, sha256: null, why: "it could not be built" }
        : { status: "built", ms: 0, sha256: environment.binary.sha256, why: null },
    attempts: environment.attempts,
    counted,
    rate: environment.rate,
    others: [],
    probability: null,
    sameAs: environment.identicalTo,
    note: null,
  };
}
