import { badRequest } from "../failure.js";
import type { Catalogue } from "../manifest/catalogue.js";
import { didYouMean } from "../manifest/nearest.js";
import type { Manifest } from "../manifest/repro.js";
import { chooseVariants, type Axis } from "./axis.js";
import { explicit, makeCell, type CellSettings } from "./cell.js";
import { selectConditions } from "./conditions.js";
import { selectEnvironments } from "./environments.js";
import { countedBy, parseExpectation } from "./expectation.js";
import { keyOf } from "./key.js";
import type { Cell, Plan } from "./plan.js";
import type { CampaignRequest } from "./request.js";
import { stopRule } from "./stop.js";

/** What a plan is made from. `seed` and `parallel` are the defaults that only the machine knows. */
export interface PlanInput {
  readonly manifest: Manifest;
  readonly sourceHash: string;
  readonly catalogue: Catalogue;
  readonly request: CampaignRequest;
  readonly seed: number;
  readonly parallel: number;
  readonly command: readonly string[];
}

const MAX_CELLS = 500;
/** A Go program says itself where it crashed: one gdb run adds the rest. */
const TELLING_CAPTURES = 1;
/** A C program says nothing: two crashes that come equally often are told apart by eight gdb runs in 127 of 128 cases. */
const SILENT_CAPTURES = 8;

/** Resolves a request into a plan: no defaults left. Pure; throws a Failure("request") for what cannot be meant. */
export function makePlan(input: PlanInput): Plan {
  const { manifest, request, catalogue } = input;
  const variants = chooseVariants(manifest, request);
  const lines =
    (request.expect ?? []).length > 0
      ? (request.expect ?? []).map(parseExpectation)
      : (manifest.expect ?? []);
  const patterns = request.environments?.length
    ? request.environments
    : (manifest.environments ?? ["glibc-2.36", "musl-1.2.3"]);
  const environments = selectEnvironments(patterns, catalogue, manifest.language);
  const runOn = request.runOn?.length
    ? selectEnvironments(request.runOn, catalogue, manifest.language)
    : null;
  const conditions = request.perturb?.length
    ? [null, ...selectConditions(request.perturb, manifest.language)]
    : [null];

  const settings: CellSettings = {
    manifest,
    catalogue,
    request,
    expectations: lines,
    schedule:
      request.schedule === undefined ? null : { ...request.schedule, seed: request.seed ?? input.seed },
    named: { variant: variants.length > 1, runOn: runOn !== null },
  };
  const cells = variants.flatMap((axis) =>
    environments.flatMap((builtIn) =>
      (runOn ?? [builtIn]).flatMap((ranOn) =>
        conditions.map((condition) => makeCell(settings, { axis, builtIn, ranOn, condition })),
      ),
    ),
  );
  if (cells.length > MAX_CELLS)
    throw badRequest(`${cells.length} combinations: more than ${MAX_CELLS}`, "narrow one of the axes");
  const stop = stopRule(request.stop ?? {});
  const counted = countedBy(
    cells.map(({ expectation }) => expectation),
    // A binary that runs on another libc may die of anything: there, any crash is the bug.
    runOn !== null && !explicit(request) ? [] : lines,
    (pattern) => variants.some(({ name }) => name === pattern),
    cells.flatMap(({ alternatives = [] }) => alternatives),
  );
  const parallel = request.parallel ?? input.parallel;
  if (!Number.isSafeInteger(parallel) || parallel < 1 || parallel > 256) {
    throw badRequest(`--parallel ${parallel}: not a whole number from 1 to 256`);
  }
  const plan = {
    schema: "vivarium/plan/1" as const,
    repro: {
      name: manifest.name,
      title: manifest.title,
      links: manifest.links ?? [],
      sourceHash: input.sourceHash,
    },
    variant: variants.length === 1 ? (variants[0] as Axis).name : null,
    cells,
    counted,
    stop,
    seed: request.seed ?? input.seed,
    parallel,
    block:
      request.cluster === "swarm"
        ? jobSize(stop.kind === "runs" ? stop.runs : Infinity, parallel)
        : blockSize(stop.kind === "runs" ? stop.runs : Infinity, parallel, cells.length),
    confidence: 0.95,
    output: {
      keep: "all" as const,
      head: 32 * 1024,
      tail: 32 * 1024,
      perSignature: 3,
    },
    capture: {
      perSignature: request.captures ?? (manifest.language === "go" ? TELLING_CAPTURES : SILENT_CAPTURES),
      attempts: 40,
      timeoutMs: 30_000,
      withinMs: 120_000,
      watched: { runs: 20_000, timeoutMs: 60_000 },
    },
    comparison: comparison(request, cells),
  };
  // A plan is JSON through and through.
  const hash = keyOf(plan as unknown as Parameters<typeof keyOf>[0]);
  return { ...plan, request, command: input.command, hash };
}

/**
 * Blocks are small enough to interleave environments some ten times, and large enough to keep the runner busy. One
 * environment alone has nothing to be interleaved with.
 */
function blockSize(runs: number, parallel: number, cells: number): number {
  const most = cells === 1 ? 200 : 50;
  return Math.max(1, Math.min(most, Math.ceil(runs / (10 * parallel))));
}

/** A job of a swarm takes seconds to start: it makes thousands of attempts, and each node sees every environment twice at least. */
function jobSize(runs: number, parallel: number): number {
  return Math.max(1, Math.min(5000, Math.ceil(runs / (2 * parallel))));
}

function comparison(request: CampaignRequest, cells: readonly Cell[]): Plan["comparison"] {
  const ids = cells.map(({ id }) => id);
  if (request.allPairs === true) {
    if (request.baseline !== undefined) throw badRequest("--baseline and --all-pairs exclude each other");
    return { kind: "all-pairs" };
  }
  const baseline = request.baseline ?? (ids[0] as string);
  if (!ids.includes(baseline)) {
    throw badRequest(
      `--baseline: '${baseline}' is not among the environments of this campaign`,
      didYouMean(baseline, ids),
    );
  }
  return { kind: "baseline", baseline };
}
