import { badRequest } from "../failure.js";
import type { Catalogue } from "../manifest/catalogue.js";
import { didYouMean } from "../manifest/nearest.js";
import type { Manifest } from "../manifest/repro.js";
import { chooseVariants, type Axis } from "./axis.js";
import { explicit, makeCell, type CellSettings } from "./cell.js";
import { selectConditions } from "./conditions.js";
import { selectEnvironments } from "./environments.js";
import { countedBy, parseExpectation, withDeadlocks } from "./expectation.js";
import { keyOf } from "./key.js";
import type { Cell, Condition, Environment, Plan, StopRule } from "./plan.js";
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
const DEFAULT_ENVIRONMENTS = ["glibc-2.36", "musl-1.2.3"];
/** A Go program says itself where it crashed: one gdb run adds the rest. */
const TELLING_CAPTURES = 1;
/** A C program says nothing: two crashes that come equally often are told apart by eight gdb runs in 127 of 128 cases. */
const SILENT_CAPTURES = 8;

/** The axes of a campaign's grid, with the values that each has. */
interface Grid {
  readonly variants: readonly Axis[];
  readonly builtIn: readonly Environment[];
  /** Where every binary is run; null: where it was built. */
  readonly runOn: readonly Environment[] | null;
  readonly conditions: readonly (Condition | null)[];
}

/** Resolves a request into a plan: no defaults left. Pure; throws a Failure("request") for what cannot be meant. */
export function makePlan(input: PlanInput): Plan {
  const { manifest, request } = input;
  const grid = gridOf(input);
  const expectations = request.expect?.length
    ? request.expect.map(parseExpectation)
    : (manifest.expect ?? []);
  const seed = request.seed ?? input.seed;
  const cells = cellsOf(grid, {
    manifest,
    catalogue: input.catalogue,
    request,
    expectations,
    schedule: request.schedule === undefined ? null : { ...request.schedule, seed },
    named: { variant: grid.variants.length > 1, runOn: grid.runOn !== null },
  });
  assertBuildable(manifest, cells);
  const stop = stopRule(request.stop ?? {});
  const parallel = parallelOf(input);
  const counted = countedBy(
    cells.map(({ expectation }) => expectation),
    // A binary that runs on another libc may die of anything: there, any crash is the bug.
    grid.runOn !== null && !explicit(request) ? [] : expectations,
    (pattern) => grid.variants.some(({ name }) => name === pattern),
    cells.flatMap(({ alternatives = [] }) => alternatives),
  );
  const plan = {
    schema: "vivarium/plan/1" as const,
    repro: {
      name: manifest.name,
      title: manifest.title,
      links: manifest.links ?? [],
      sourceHash: input.sourceHash,
    },
    variant: grid.variants.length === 1 ? (grid.variants[0] as Axis).name : null,
    cells,
    counted: request.schedule === undefined ? counted : withDeadlocks(counted),
    stop,
    seed,
    parallel,
    block: attemptsAtATime(input, stop, cells.length),
    confidence: 0.95,
    output: OUTPUT,
    capture: { perSignature: request.captures ?? defaultCaptures(manifest), ...CAPTURE },
    comparison: comparison(request, cells),
  };
  // A plan is JSON through and through.
  const hash = keyOf(plan as unknown as Parameters<typeof keyOf>[0]);
  return { ...plan, request, command: input.command, hash };
}

const OUTPUT = { keep: "all", head: 32 * 1024, tail: 32 * 1024, perSignature: 3 } as const;
const CAPTURE = {
  attempts: 40,
  timeoutMs: 30_000,
  withinMs: 120_000,
  watched: { runs: 20_000, timeoutMs: 60_000 },
};

function defaultCaptures({ language }: Manifest): number {
  return language === "go" ? TELLING_CAPTURES : SILENT_CAPTURES;
}

function gridOf({ manifest, request, catalogue }: PlanInput): Grid {
  const select = (patterns: readonly string[]) => selectEnvironments(patterns, catalogue, manifest.language);
  const asked = request.environments?.length ? request.environments : manifest.environments;
  return {
    variants: chooseVariants(manifest, request),
    builtIn: select(asked ?? DEFAULT_ENVIRONMENTS),
    runOn: request.runOn?.length ? select(request.runOn) : null,
    conditions: [
      null,
      ...(request.perturb?.length ? selectConditions(request.perturb, manifest.language) : []),
    ],
  };
}

function cellsOf({ variants, builtIn, runOn, conditions }: Grid, settings: CellSettings): Cell[] {
  const cells = variants.flatMap((axis) =>
    builtIn.flatMap((built) =>
      (runOn ?? [built]).flatMap((ranOn) =>
        conditions.map((condition) => makeCell(settings, { axis, builtIn: built, ranOn, condition })),
      ),
    ),
  );
  if (cells.length > MAX_CELLS)
    throw badRequest(`${cells.length} combinations: more than ${MAX_CELLS}`, "narrow one of the axes");
  return cells;
}

/** Where no environment can build it there is nothing to run; the first reason is as good as any. */
function assertBuildable({ name }: Manifest, cells: readonly Cell[]): void {
  const [first] = cells;
  if (first?.unbuildable === undefined || cells.some(({ unbuildable }) => unbuildable === undefined)) return;
  const { why, remedy } = first.unbuildable;
  throw badRequest(`${name} cannot be built on ${first.builtIn.id}: ${why}`, remedy);
}

function parallelOf(input: PlanInput): number {
  const parallel = input.request.parallel ?? input.parallel;
  if (!Number.isSafeInteger(parallel) || parallel < 1 || parallel > 256)
    throw badRequest(`--parallel ${parallel}: not a whole number from 1 to 256`);
  return parallel;
}

/** How many attempts a runner is given at once. */
function attemptsAtATime(input: PlanInput, stop: StopRule, cells: number): number {
  const runs = stop.kind === "runs" ? stop.runs : Infinity;
  const parallel = parallelOf(input);
  return input.request.cluster === "swarm" ? jobSize(runs, parallel) : blockSize(runs, parallel, cells);
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
  const buildable = cells.find(({ unbuildable }) => unbuildable === undefined)?.id;
  const baseline = request.baseline ?? buildable ?? (ids[0] as string);
  if (!ids.includes(baseline)) {
    throw badRequest(
      `--baseline: '${baseline}' is not among the environments of this campaign`,
      didYouMean(baseline, ids),
    );
  }
  return { kind: "baseline", baseline };
}
