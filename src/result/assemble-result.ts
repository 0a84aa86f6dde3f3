import { shellLine } from "../images/quote.js";
import type { EngineFacts } from "../docker/engine.js";
import { describeStop } from "../plan/stop.js";
import { timesOver } from "./time-over.js";
import type { Cell, Plan } from "../plan/plan.js";
import { compareCells } from "../stats/compare.js";
import type { GridCell } from "../stats/axis.js";
import { whatDecides, type DecidesOptions } from "../stats/decides.js";
import { samplingOf } from "../stats/exact/two-samples.js";
import { rateOf } from "../stats/rate.js";
import { companionsOf } from "./companions.js";
import { besideProgram } from "./beside-program.js";
import { childCrashWarnings } from "./child-crashes.js";
import { libcThatVaries, libcWarnings } from "./cell-libc.js";
import { countedIn, environmentRecord, original } from "./environment-record.js";
import { printedDifferences } from "./printed.js";
import type { ResultParts } from "./result-parts.js";
import type { EnvironmentRecord, Result } from "./result.js";
import { scheduledInVain, scheduledWarning } from "./schedule-record.js";
import { strataWarnings, withStrata } from "./strata.js";

/** Makes the result of a campaign. Pure: the same parts make the same result. */
export function assembleResult(parts: ResultParts): Result {
  const { outcome, engine, version } = parts;
  const { plan } = outcome;
  const cells = new Map(outcome.cells.map((cell) => [cell.id, cell]));
  const environments = withStrata(
    plan.cells.map((cell) => environmentRecord(cell, cells.get(original(cell.id, parts)), parts)),
    plan,
  );
  const single = environments.filter(({ identicalTo }) => identicalTo === null);
  const ran = single.filter(({ attempts }) => attempts > 0);
  // A program that does not build is the program's affair, and told in its environment's record.
  const failures = [...parts.binaries].flatMap(([id, binary]) =>
    "remedy" in binary && binary.kind !== "request"
      ? [{ where: id, attempt: null, message: binary.message }]
      : [],
  );
  const complete = outcome.complete && failures.length === 0;
  return {
    schema: "vivarium/result/1",
    id: outcome.id,
    vivarium: version,
    startedAt: outcome.startedAt,
    finishedAt: parts.finishedAt,
    plan: planRecord(plan),
    complete,
    environments,
    comparisons: [
      ...compareCells(
        single.map((environment) => comparedCell(environment, countedIn(environment.id, parts))),
        {
          of: plan.counted.of,
          pairs: compared(plan, parts),
          confidence: plan.confidence,
          sampling: samplingOf(plan.stop, complete),
        },
      ),
    ],
    decides: [
      ...whatDecides(
        ran.map((environment) => gridCell(environment, countedIn(environment.id, parts), parts)),
        decidesOptions(plan, complete),
      ).sentences,
      ...scheduledInVain(
        plan,
        ran.map((each) => searched(each, countedIn(each.id, parts))),
      ),
      ...timesOver(outcome, (id) => countedIn(id, parts)),
      ...printedDifferences(ran),
    ],
    warnings: [
      ...libcWarnings(parts),
      ...warnings(plan, engine),
      ...besideProgram(outcome),
      ...childCrashWarnings(outcome.cells),
      ...strataWarnings(environments),
      ...parts.warnings,
    ],
    infra: [...failures, ...outcome.infra.map((record) => ({ ...record }))],
    redacted: [],
  };
}

function decidesOptions({ counted, confidence, stop }: Plan, complete: boolean): DecidesOptions {
  const none = { of: counted.of, counted: 0, stop, complete };
  return {
    noun: counted.of,
    confidence,
    sampling: samplingOf(stop, complete),
    noneAbove: (attempts) => rateOf({ ...none, attempts }, confidence)?.high ?? 1,
  };
}

function planRecord(plan: Plan): Result["plan"] {
  return {
    hash: plan.hash,
    repro: { ...plan.repro, links: [...plan.repro.links], variant: plan.variant },
    command: commandLine(plan),
    stop: describeStop(plan.stop),
    seed: plan.seed,
    parallel: plan.parallel,
    loosened: loosened(plan),
  };
}

/** The plan's comparison; a baseline that is another's twin is compared by that other's attempts. */
function compared({ comparison }: Plan, parts: ResultParts): Plan["comparison"] {
  return comparison.kind === "all-pairs"
    ? comparison
    : { kind: "baseline", baseline: original(comparison.baseline, parts) };
}

/** What a search of schedules came to there. */
function searched({ id, attempts, nothingToSchedule }: EnvironmentRecord, counted: number) {
  return { id, attempts, counted, alone: nothingToSchedule === true };
}

function comparedCell(environment: EnvironmentRecord, counted: number) {
  return {
    id: environment.id,
    counted,
    attempts: environment.attempts,
    signatures: environment.signatures.flatMap(({ id, title, count, weak }) =>
      weak === true ? [] : [{ id, title, count }],
    ),
    unnamed: environment.signatures.some(({ weak }) => weak === true),
  };
}

/** A cell as a point of the grid, with the value of everything that may vary. */
function gridCell(environment: EnvironmentRecord, counted: number, parts: ResultParts): GridCell {
  const cell = parts.outcome.plan.cells.find(({ id }) => id === environment.id) as Cell;
  const binary = parts.binaries.get(cell.id);
  return {
    id: environment.id,
    counted,
    attempts: environment.attempts,
    ranOn: libcThatVaries(cell, parts),
    builtOn: cell.builtIn.libc,
    go: cell.builtIn.go?.version ?? null,
    link: cell.build.link,
    variant: cell.variant,
    condition: cell.condition?.name ?? null,
    ...(binary === undefined || "remedy" in binary ? {} : { companions: companionsOf(cell, binary) }),
  };
}

function commandLine(plan: Plan): string {
  return shellLine(["vivarium", ...plan.command]);
}

function loosened(plan: Plan): string[] {
  const all = plan.cells.flatMap(({ run }) => [
    ...(run.network === "none" ? [] : [`network ${run.network}`]),
    ...run.capabilities.map((capability) => `capability ${capability}`),
    ...(run.user.uid === 0 ? ["run as root"] : []),
  ]);
  return [...new Set(all)];
}

function warnings(plan: Plan, engine: EngineFacts): string[] {
  const parallel =
    plan.parallel > 1
      ? [`${plan.parallel} attempts ran at a time: load changes rates; --parallel 1 measures without it`]
      : [];
  return [...parallel, ...scheduledWarning(plan), ...engine.warnings];
}
