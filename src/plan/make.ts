import { createHash } from "node:crypto";
import { badRequest } from "../failure.js";
import type { Catalogue } from "../manifest/catalogue.js";
import { didYouMean } from "../manifest/nearest.js";
import type { Expectation, Manifest, Variant } from "../manifest/repro.js";
import { selectConditions } from "./conditions.js";
import { selectEnvironments } from "./environments.js";
import { countedBy, expectationFor, parseExpectation } from "./expectation.js";
import type { Cell, Condition, Environment, Plan } from "./plan.js";
import type { CampaignRequest } from "./request.js";
import { buildPlan, runPlan } from "./settings.js";
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

/** Name of the one variant of a repro that declares none. */
const ONLY = "default";
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

  const cells = variants.flatMap((axis) =>
    environments.flatMap((builtIn) =>
      (runOn ?? [builtIn]).flatMap((ranOn) =>
        conditions.map((condition) =>
          makeCell(input, lines, axis, builtIn, ranOn, condition, variants.length > 1, runOn !== null),
        ),
      ),
    ),
  );
  if (cells.length > MAX_CELLS)
    throw badRequest(`${cells.length} combinations: more than ${MAX_CELLS}`, "narrow one of the axes");
  const stop = stopRule(request.stop ?? {});
  const counted = countedBy(
    cells.map(({ expectation }) => expectation),
    lines,
    (pattern) => variants.some(({ name }) => name === pattern),
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
    block: blockSize(stop.kind === "runs" ? stop.runs : Infinity, parallel),
    confidence: 0.95,
    output: {
      keep: needsOutput(lines) ? ("all" as const) : ("failed" as const),
      head: 32 * 1024,
      tail: 32 * 1024,
      perSignature: 3,
    },
    capture: {
      perSignature: request.captures ?? (manifest.language === "go" ? TELLING_CAPTURES : SILENT_CAPTURES),
      attempts: 40,
      timeoutMs: 30_000,
    },
    comparison: comparison(request, cells),
  };
  const hash = createHash("sha256").update(canonical(plan)).digest("hex");
  return { ...plan, request, command: input.command, hash };
}

interface Axis {
  /** The variant's name, with the linking where that is an axis: `uncached,dynamic`. */
  readonly name: string;
  readonly variantName: string;
  readonly variant: Variant;
  readonly link: "static" | "dynamic" | null;
}

function chooseVariants(manifest: Manifest, request: CampaignRequest): Axis[] {
  const declared = Object.entries(manifest.variants ?? {});
  const all: [string, Variant][] = declared.length > 0 ? declared : [[ONLY, {}]];
  const names = all.map(([name]) => name);
  const wanted = request.variant ?? manifest.default ?? (names[0] as string);
  if (!names.includes(wanted)) {
    throw badRequest(`${manifest.name} has no variant '${wanted}'`, didYouMean(wanted, names));
  }
  const across = request.across ?? [];
  if (across.includes("variants") && request.variant !== undefined) {
    throw badRequest("--variant and --across variants exclude each other");
  }
  if (across.includes("link") && request.build?.link !== undefined) {
    throw badRequest("--link and --across link exclude each other");
  }
  const chosen = across.includes("variants") ? all : all.filter(([name]) => name === wanted);
  const links = across.includes("link") ? (["static", "dynamic"] as const) : ([null] as const);
  return chosen.flatMap(([variantName, variant]) =>
    links.map((link) => ({
      name: link === null ? variantName : variantName === ONLY ? link : `${variantName},${link}`,
      variantName,
      variant,
      link,
    })),
  );
}

function makeCell(
  input: PlanInput,
  lines: readonly Expectation[],
  axis: Axis,
  builtIn: Environment,
  ranOn: Environment,
  condition: Condition | null,
  namesVariant: boolean,
  namesRunOn: boolean,
): Cell {
  const { manifest, request } = input;
  const build = buildPlan(manifest, axis.variant, {
    ...request.build,
    ...(axis.link === null ? {} : { link: axis.link }),
  });
  if (build.patches.length > 0 && build.language !== "go") {
    throw badRequest(
      `${manifest.name}: patches apply to Go's standard library, and this repro is ${build.language}`,
    );
  }
  if (builtIn.libc.family === "musl" && build.language === "c++") {
    throw badRequest(
      `${manifest.name}: ${builtIn.id} has no C++ library`,
      "Debian's musl comes with a C compiler only: choose glibc environments, such as --env 'glibc-*'",
    );
  }
  if (builtIn.libc.family === "musl" && build.sanitize.length > 0) {
    throw badRequest(
      `${manifest.name}: ${builtIn.id} has no sanitizers`,
      "choose glibc environments: --env 'glibc-*'",
    );
  }
  if (build.language === "command") checkCommand(input, builtIn, namesRunOn);
  if (build.sanitize.length > 0 && build.link === "static") {
    throw badRequest("sanitizers do not work in static programs", "add --link dynamic");
  }
  const id =
    (namesRunOn ? `${builtIn.id}:${ranOn.id}` : builtIn.id) +
    (namesVariant ? `@${axis.name}` : "") +
    (condition === null ? "" : `+${condition.name}`);
  // Expectations speak of the plain program where it was built: not of a changed build, another libc or a condition.
  const changed = axis.link !== null || request.build?.link !== undefined || namesRunOn || condition !== null;
  const explicit = (request.expect ?? []).length > 0;
  return {
    id,
    variant: axis.name,
    builtIn,
    ranOn,
    condition,
    build,
    run: runPlan(manifest, axis.variant, build, request.run ?? {}),
    expectation: changed && !explicit ? null : expectationFor(lines, axis.variantName, ranOn.id),
  };
}

/** A command is the image's own: it is linked to the image's own libc, and cannot be carried to another image. */
function checkCommand({ manifest, catalogue }: PlanInput, { id, libc, image }: Environment, moved: boolean) {
  const native = catalogue.images[image]?.native ?? "glibc";
  if (libc.family !== native) {
    throw badRequest(
      `${manifest.name}: the programs in the image of ${id} are linked to ${native}`,
      `run it where the image's own libc is meant: --env '${native}-*'`,
    );
  }
  if (moved) {
    throw badRequest(
      `${manifest.name}: --run-on carries a program that was built, and this one is each image's own`,
      "name the environments with --env",
    );
  }
}

/** A clean attempt's output is read only where an expectation speaks of it. */
function needsOutput(lines: readonly Expectation[]): boolean {
  return lines.some((line) => line.output !== undefined);
}

/** Blocks are small enough to interleave environments some ten times, and large enough to keep the runner busy. */
function blockSize(runs: number, parallel: number): number {
  return Math.max(1, Math.min(50, Math.ceil(runs / (10 * parallel))));
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

/** JSON with sorted keys, so that the hash does not depend on the order in which fields were written. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    field !== null && typeof field === "object" && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}
