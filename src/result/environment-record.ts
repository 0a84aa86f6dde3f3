import { judgeCellByAny } from "../crash/cell-expectation.js";
import type { SignatureGroup } from "../crash/group.js";
import type { Failure } from "../failure.js";
import type { Binary } from "../images/binary.js";
import type { Cell, Plan } from "../plan/plan.js";
import { sourcesOfCell } from "../plan/source-pins.js";
import type { CellOutcome } from "../run/state/campaign-outcome.js";
import { rateOf } from "../stats/rate.js";
import { addedPackages, telling } from "./packages.js";
import { outputsOf } from "./printed.js";
import { holdOf } from "./hold-record.js";
import { libcOfCell } from "./cell-libc.js";
import type { ResultParts } from "./result-parts.js";
import type { EnvironmentRecord, SignatureRecord } from "./result.js";
import { scheduleOf } from "./schedule-record.js";

/** What is known of one cell, as result.json has it: what was built, on what it ran, and how its attempts ended. */
export function environmentRecord(
  cell: Cell,
  outcome: CellOutcome | undefined,
  parts: ResultParts,
): EnvironmentRecord {
  const found = parts.binaries.get(cell.id);
  const binary = found === undefined || "remedy" in found ? null : found;
  const attempted = attemptsOf(cell, outcome, parts);
  return {
    id: cell.id,
    variant: cell.variant,
    builtIn: cell.builtIn.id,
    ranOn: cell.ranOn.id,
    condition: cell.condition?.name ?? null,
    ...(binary === null ? notBuilt(cell) : built(cell, binary, parts)),
    host: { kernel: parts.engine.kernel, cpu: parts.cpu, engine: parts.engine.name },
    ...madeBy(outcome, parts),
    identicalTo: parts.twins.get(cell.id) ?? null,
    ...attempted,
    ...whyNotBuilt(cell, found),
    infra: attempted.infra + (found !== undefined && "remedy" in found && found.kind !== "request" ? 1 : 0),
  };
}

/** A build that failed for the program's sake; what the engine failed at is in the result's `infra`. */
function whyNotBuilt(cell: Cell, found: Binary | Failure | undefined): Pick<EnvironmentRecord, "notBuilt"> {
  if (found === undefined || !("remedy" in found) || found.kind !== "request") return {};
  const { message, remedy } = found;
  const named = `${cell.variant} on ${cell.builtIn.id}: `;
  const why = message.startsWith(named) ? message.slice(named.length) : message;
  return { notBuilt: { why, remedy, foreseen: cell.unbuildable !== undefined } };
}

type Built = Pick<
  EnvironmentRecord,
  "libc" | "go" | "sources" | "compiler" | "image" | "packages" | "addedPackages" | "binary"
>;

function built(cell: Cell, binary: Binary, parts: ResultParts): Built {
  const { builtIn, ranOn, sha256, commands, linkWarnings } = binary;
  const { go } = cell.builtIn;
  return {
    libc: { ...(libcOfCell(cell, parts)?.libc ?? ranOn.libc) },
    go: go === null ? null : { version: builtIn.go?.version ?? go.version },
    ...builtFromSource(cell),
    compiler: builtIn.compiler,
    image: binary.image,
    packages: telling(ranOn.packages),
    ...addedPackages(cell, binary),
    binary: {
      sha256,
      link: cell.build.link,
      commands: [...commands],
      linkWarnings: [...linkWarnings],
    },
  };
}

/** What was asked for, where nothing came of it. */
function notBuilt(cell: Cell): Built {
  const { go } = cell.builtIn;
  const { family, version, package: name } = cell.ranOn.libc;
  return {
    libc: { family, version, package: name },
    go: go === null ? null : { version: go.version },
    ...builtFromSource(cell),
    compiler: "unknown: not built",
    image: "",
    packages: {},
    binary: null,
  };
}

function builtFromSource(cell: Cell): Pick<EnvironmentRecord, "sources"> {
  const sources = sourcesOfCell(cell);
  return sources.length === 0 ? {} : { sources };
}

type Attempted = Pick<
  EnvironmentRecord,
  | "attempts"
  | "nothingToSchedule"
  | "outcomes"
  | "infra"
  | "expectation"
  | "rate"
  | "throughput"
  | "timeline"
  | "durations"
  | "signatures"
  | "outputs"
>;

/** How the attempts of a cell ended; of a cell that was never begun, that there are none. */
function attemptsOf(cell: Cell, outcome: CellOutcome | undefined, parts: ResultParts): Attempted {
  const { plan } = parts.outcome;
  const id = original(cell.id, parts);
  const groups = parts.groups.get(id) ?? [];
  const { attempts, outcomes, infra, attemptsPerSecond, timeline, durations, keys } = outcome ?? NO_ATTEMPTS;
  return {
    attempts,
    ...(outcome?.alone === true ? { nothingToSchedule: true as const } : {}),
    outcomes,
    infra,
    expectation: expectation(cell, { attempts, outcomes, keys }, groups),
    rate: outcome === undefined ? null : rate(countedIn(cell.id, parts), outcome, plan),
    throughput: { attemptsPerSecond, parallel: plan.parallel },
    timeline: timeline.map((span) => ({ ...span })),
    durations,
    signatures: groups
      .filter((group) => group.outcome.kind !== "clean")
      .map((group) => ({
        ...signatureRecord(group),
        ...scheduleOf(group, cell.id, parts.schedules?.get(id)),
        ...holdOf(group, cell.id, parts.holds?.get(id)),
      })),
    outputs: outputsOf(keys),
  };
}

const NO_ATTEMPTS = {
  attempts: 0,
  outcomes: { crash: 0, exit: 0, timeout: 0, clean: 0 },
  infra: 0,
  attemptsPerSecond: 0,
  timeline: [],
  durations: null,
  keys: [],
} as const;

function rate(counted: number, { attempts, ending }: CellOutcome, plan: Plan): EnvironmentRecord["rate"] {
  const { stop, confidence } = plan;
  const reached = stop.kind === "until-crashes" && counted >= stop.crashes;
  return rateOf(
    {
      of: plan.counted.of,
      counted,
      attempts,
      stop,
      complete: ending !== null,
      reachedAt: reached ? attempts : null,
    },
    confidence,
  );
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

/** How many attempts of a cell, or of the one whose twin it is, came to what the campaign counts. */
export function countedIn(id: string, { outcome, twins }: ResultParts): number {
  return outcome.cells.find((cell) => cell.id === original(id, { twins }))?.counted ?? 0;
}

/** The cell whose attempts speak for this one: itself, but for a twin. */
export function original(id: string, { twins }: Pick<ResultParts, "twins">): string {
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
  { attempts, outcomes, keys }: Pick<CellOutcome, "attempts" | "outcomes" | "keys">,
  groups: readonly SignatureGroup[],
): EnvironmentRecord["expectation"] {
  if (cell.expectation === null) return null;
  const outputs = groups.map((group) =>
    // Clean attempts of any output are one group.
    keys
      .filter((key) =>
        group.outcome.kind === "clean" ? key.outcome === "clean" : key.firstNumber === group.firstAttempt,
      )
      .map(({ kept }) => kept[0]?.output ?? null),
  );
  return judgeCellByAny([cell.expectation, ...(cell.alternatives ?? [])], {
    attempts,
    outcomes,
    groups,
    outputs,
  });
}
