import { shellLine } from "../images/quote.js";
import { judgeCellByAny } from "../crash/cell-expectation.js";
import type { SignatureGroup } from "../crash/group.js";
import type { EngineFacts } from "../docker/engine.js";
import type { Machine } from "../docker/machine.js";
import type { Failure } from "../failure.js";
import type { Binary } from "../images/binary.js";
import { sourcesOfCell } from "../plan/source-pins.js";
import { describeStop } from "../plan/stop.js";
import type { Cell, Plan } from "../plan/plan.js";
import type { CampaignOutcome, CellOutcome } from "../run/state/campaign-outcome.js";
import { compareCells } from "../stats/compare.js";
import type { GridCell } from "../stats/axis.js";
import { whatDecides } from "../stats/decides.js";
import { rateOf } from "../stats/rate.js";
import { samplingOf } from "../stats/exact/two-samples.js";
import { scheduledWarning, scheduleOf, type FoundSchedule } from "./schedule-record.js";
import { outputsOf, printedDifferences } from "./printed.js";
import type { EnvironmentRecord, Result, SignatureRecord } from "./result.js";
import { strataWarnings, withStrata } from "./strata.js";

/** Everything that a result is made of; all of it was measured before. */
export interface ResultParts {
  readonly outcome: CampaignOutcome;
  /** By cell id: what ran, or why there was nothing to run. */
  readonly binaries: ReadonlyMap<string, Binary | Failure>;
  /** By cell id: the crashes, joined with gdb's evidence. */
  readonly groups: ReadonlyMap<string, readonly SignatureGroup[]>;
  /** Cells that are the same thing as another, which alone was run: id -> id of the other. */
  readonly twins: ReadonlyMap<string, string>;
  /** Schedules that crashes come of, by cell id and by any name. */
  readonly schedules?: ReadonlyMap<string, ReadonlyMap<string, FoundSchedule>>;
  readonly engine: EngineFacts;
  /** The machines of a swarm that attempts were made on; absent where there is one engine. */
  readonly nodes?: readonly Machine[] | undefined;
  /** Model name of the processor. */
  readonly cpu: string;
  readonly version: string;
  readonly warnings: readonly string[];
  /** When the last part was measured, ISO 8601. */
  readonly finishedAt: string;
}

/** Packages whose versions matter to a crash; the rest stays in the image. */
const TELLING =
  /^(libc6|libc6-dbg|libc6-dev|musl|musl-dev|musl-tools|gcc|gcc-\d+|clang|clang-\d+|binutils|gdb|golang-\d.*|golang-go|go|libnss.*|linux-libc-dev)$/;

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
  const failures = [...parts.binaries].flatMap(([id, binary]) =>
    "remedy" in binary ? [{ where: id, attempt: null, message: binary.message }] : [],
  );
  const complete = outcome.complete && failures.length === 0;
  return {
    schema: "vivarium/result/1",
    id: outcome.id,
    vivarium: version,
    startedAt: outcome.startedAt,
    finishedAt: parts.finishedAt,
    plan: {
      hash: plan.hash,
      repro: { ...plan.repro, links: [...plan.repro.links], variant: plan.variant },
      command: commandLine(plan),
      stop: describeStop(plan.stop),
      seed: plan.seed,
      parallel: plan.parallel,
      loosened: loosened(plan),
    },
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
        ran.map((environment) => gridCell(environment, countedIn(environment.id, parts), plan)),
        { noun: plan.counted.of, confidence: plan.confidence, sampling: samplingOf(plan.stop, complete) },
      ).sentences,
      ...printedDifferences(ran),
    ],
    warnings: [...warnings(plan, engine), ...strataWarnings(environments), ...parts.warnings],
    infra: [...failures, ...outcome.infra.map((record) => ({ ...record }))],
    redacted: [],
  };
}

/** The plan's comparison; a baseline that is another's twin is compared by that other's attempts. */
function compared({ comparison }: Plan, parts: ResultParts): Plan["comparison"] {
  return comparison.kind === "all-pairs"
    ? comparison
    : { kind: "baseline", baseline: original(comparison.baseline, parts) };
}

function environmentRecord(
  cell: Cell,
  outcome: CellOutcome | undefined,
  parts: ResultParts,
): EnvironmentRecord {
  const { plan } = parts.outcome;
  const found = parts.binaries.get(cell.id);
  const binary = found === undefined || "remedy" in found ? null : found;
  const groups = parts.groups.get(original(cell.id, parts)) ?? [];
  const attempts = outcome?.attempts ?? 0;
  const counted = countedIn(cell.id, parts);
  const sources = sourcesOfCell(cell);
  return {
    id: cell.id,
    variant: cell.variant,
    builtIn: cell.builtIn.id,
    ranOn: cell.ranOn.id,
    condition: cell.condition?.name ?? null,
    libc: binary === null ? { ...cell.ranOn.libc } : { ...binary.ranOn.libc },
    go: cell.builtIn.go === null ? null : { version: binary?.builtIn.go?.version ?? cell.builtIn.go.version },
    ...(sources.length === 0 ? {} : { sources }),
    compiler: binary?.builtIn.compiler ?? "unknown: not built",
    image: binary?.image ?? "",
    packages: binary === null ? {} : telling(binary.ranOn.packages),
    binary:
      binary === null
        ? null
        : {
            sha256: binary.sha256,
            link: cell.build.link,
            commands: [...binary.commands],
            linkWarnings: [...binary.linkWarnings],
          },
    host: { kernel: parts.engine.kernel, cpu: parts.cpu, engine: parts.engine.name },
    ...madeBy(outcome, parts),
    identicalTo: parts.twins.get(cell.id) ?? null,
    attempts,
    outcomes: outcome?.outcomes ?? { crash: 0, exit: 0, timeout: 0, clean: 0 },
    infra: (outcome?.infra ?? 0) + (found !== undefined && binary === null ? 1 : 0),
    expectation: expectation(cell, outcome, groups),
    rate:
      outcome === undefined
        ? null
        : rateOf(
            {
              of: plan.counted.of,
              counted,
              attempts,
              stop: plan.stop,
              complete: outcome.ending !== null,
              reachedAt: plan.stop.kind === "until-crashes" && counted >= plan.stop.crashes ? attempts : null,
            },
            plan.confidence,
          ),
    throughput: { attemptsPerSecond: outcome?.attemptsPerSecond ?? 0, parallel: plan.parallel },
    timeline: (outcome?.timeline ?? []).map((span) => ({ ...span })),
    durations: outcome?.durations ?? null,
    signatures: groups
      .filter(({ outcome }) => outcome.kind !== "clean")
      .map((group) => ({
        ...signatureRecord(group),
        ...scheduleOf(group, cell.id, parts.schedules?.get(original(cell.id, parts))),
      })),
    outputs: outputsOf(outcome?.keys ?? []),
  };
}

/** Attempts by machine, where there was more than one engine. */
function madeBy(outcome: CellOutcome | undefined, { nodes }: ResultParts): Pick<EnvironmentRecord, "nodes"> {
  if (nodes === undefined || outcome === undefined) return {};
  return {
    nodes: outcome.nodes.map(({ node, attempts, counted }) => {
      const known = nodes.find(({ id }) => id === node);
      return {
        id: node,
        hostname: known?.hostname ?? "",
        engine: known?.engine ?? "",
        ...(known?.kernel == null ? {} : { kernel: known.kernel }),
        cpus: known?.cpus ?? 1,
        attempts,
        counted,
      };
    }),
  };
}

function countedIn(id: string, { outcome, twins }: ResultParts): number {
  return outcome.cells.find((cell) => cell.id === original(id, { twins }))?.counted ?? 0;
}

/** The cell whose attempts speak for this one: itself, but for a twin. */
function original(id: string, { twins }: Pick<ResultParts, "twins">): string {
  return twins.get(id) ?? id;
}

function signatureRecord(group: SignatureGroup): SignatureRecord {
  const { id, title, weak, outcome, count, countBasis, firstAttempt, evidence } = group;
  return {
    id,
    title,
    ...(weak === true ? { weak } : {}),
    outcome: outcome.kind,
    // Go ends with exit status 2 on a signal: the signal that it died of is gdb's word, or else Go's.
    signal:
      outcome.kind === "crash"
        ? (evidence.siginfo?.signal ?? outcome.signal ?? evidence.go?.signal?.name ?? null)
        : outcome.signal,
    exitCode: outcome.exitCode,
    count,
    countBasis,
    firstAttempt,
    evidence,
  };
}

function expectation(
  cell: Cell,
  outcome: CellOutcome | undefined,
  groups: readonly SignatureGroup[],
): EnvironmentRecord["expectation"] {
  if (cell.expectation === null) return null;
  const ends = {
    attempts: outcome?.attempts ?? 0,
    outcomes: outcome?.outcomes ?? { crash: 0, exit: 0, timeout: 0, clean: 0 },
    groups,
    outputs: groups.map((group) =>
      // Clean attempts of any output are one group.
      (outcome?.keys ?? [])
        .filter((key) =>
          group.outcome.kind === "clean" ? key.outcome === "clean" : key.firstNumber === group.firstAttempt,
        )
        .map(({ kept }) => kept[0]?.output ?? null),
    ),
  };
  return judgeCellByAny([cell.expectation, ...(cell.alternatives ?? [])], ends);
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
function gridCell(environment: EnvironmentRecord, counted: number, plan: Plan): GridCell {
  const cell = plan.cells.find(({ id }) => id === environment.id) as Cell;
  return {
    id: environment.id,
    counted,
    attempts: environment.attempts,
    ranOn: cell.ranOn.libc,
    builtOn: cell.builtIn.libc,
    go: cell.builtIn.go?.version ?? null,
    link: cell.build.link,
    variant: cell.variant,
    condition: cell.condition?.name ?? null,
  };
}

function telling(packages: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(packages).filter(([name]) => TELLING.test(name)));
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
