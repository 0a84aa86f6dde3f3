import { badRequest } from "../failure.js";
import type { Catalogue } from "../manifest/catalogue.js";
import { partsOf } from "../manifest/pattern.js";
import type { Expectation, Manifest } from "../manifest/repro.js";
import type { Axis } from "./axis.js";
import { expectationsFor } from "./expectation.js";
import type { Cell, Condition, Environment, LibcPin, RunPlan } from "./plan.js";
import { checkBuild, unbuildableIn } from "./buildable.js";
import type { SchedulePlan } from "./schedule.js";
import type { CampaignRequest } from "./request.js";
import { addedPackages, compilerPackages, packagesFor, sanitizerPackages } from "./packages.js";
import { buildPlan, runPlan } from "./settings.js";

/** What all cells of a campaign have in common. */
export interface CellSettings {
  readonly manifest: Manifest;
  readonly catalogue: Catalogue;
  readonly request: CampaignRequest;
  readonly expectations: readonly Expectation[];
  readonly schedule: SchedulePlan | null;
  /** Axes that vary, and so are named in a cell's id. */
  readonly named: { readonly variant: boolean; readonly runOn: boolean };
}

/** Where a cell lies on every axis. */
export interface CellPlace {
  readonly axis: Axis;
  readonly builtIn: Environment;
  readonly ranOn: Environment;
  readonly condition: Condition | null;
}

/** Fills in one cell. Throws a Failure("request") for what cannot be meant in any environment. */
export function makeCell(settings: CellSettings, { axis, builtIn, ranOn, condition }: CellPlace): Cell {
  const { manifest, request, named } = settings;
  const added = addedPackages(manifest, axis.variant, request.build ?? {});
  const asked = buildPlan(manifest, axis.variant, {
    ...request.build,
    ...(axis.link === null ? {} : { link: axis.link }),
  });
  const ownPackages = ({ image }: Environment): readonly string[] => {
    const entry = settings.catalogue.images[image];
    const forSanitizer = entry === undefined ? [] : sanitizerPackages(asked, entry);
    return [...compilerPackages(asked, entry?.native ?? "glibc"), ...forSanitizer];
  };
  const plain = {
    ...asked,
    ...packagesFor(added, builtIn.id, ownPackages(builtIn)),
  };
  const build = axis.patches.length === 0 ? plain : { ...plain, sourcePatches: axis.patches };
  checkBuild(settings, build);
  const unbuildable = unbuildableIn(settings.catalogue, build, builtIn);
  const id =
    (named.runOn ? `${builtIn.id}:${ranOn.id}` : builtIn.id) +
    (named.variant ? `@${axis.name}` : "") +
    (condition === null ? "" : `+${condition.name}`);
  // A line for every environment is none for one that cannot have the program.
  const [expectation = null, ...alternatives] = expectationsOf(settings, { axis, ranOn, condition }).filter(
    ({ environment }) => unbuildable === null || environment !== undefined,
  );
  return {
    id,
    variant: axis.name,
    builtIn,
    ranOn,
    condition,
    build,
    run: scheduled(settings, {
      ...runPlan(manifest, axis.variant, build, request.run ?? {}),
      ...packagesFor(added, ranOn.id, ownPackages(ranOn)),
    }),
    expectation,
    ...(alternatives.length === 0 ? {} : { alternatives }),
    ...(unbuildable === null ? {} : { unbuildable }),
  };
}

/** What is expected of a cell, the first and what is as good. */
function expectationsOf(
  { request, expectations, named, schedule }: CellSettings,
  { axis, ranOn, condition }: Pick<CellPlace, "axis" | "ranOn" | "condition">,
): Expectation[] {
  if (explicit(request)) return expectationsFor(expectations, axis.variantName, namesOf(ranOn), true);
  // They speak of the plain program where it was built: not of a changed build, another libc, a condition or a schedule.
  const changed =
    axis.link !== null ||
    axis.patches.length > 0 ||
    request.build?.link !== undefined ||
    named.runOn ||
    condition !== null ||
    schedule !== null;
  return changed
    ? []
    : expectationsFor(linesFor(expectations, ranOn), axis.variantName, namesOf(ranOn), false);
}

/** An attempt of a second takes a minute where it is stepped. */
const SCHEDULED_TIMEOUT_MS = 60_000;

function scheduled({ schedule, request }: CellSettings, run: RunPlan): RunPlan {
  if (schedule === null) return run;
  if (run.services !== undefined || run.signals !== undefined) {
    throw badRequest(
      `${run.services === undefined ? "signals at a time" : "services"} and --schedule exclude each other: a schedule repeats what the program's own threads do, and nothing from outside`,
      "run it without --schedule, or without them in the manifest",
    );
  }
  const timeoutMs =
    request.run?.timeout === undefined ? Math.max(SCHEDULED_TIMEOUT_MS, run.timeoutMs) : run.timeoutMs;
  return { ...run, timeoutMs, schedule };
}

/**
 * The name that was asked for, and the one that names its Go, too: `glibc-2.31` has Go 1.15 by default. A libc from the sources of a release
 * has that release's name besides; one from any other commit, or with a patch, has no name that a suite's has.
 */
function namesOf({ id, libc, go }: Environment): string[] {
  const asked = partsOf(id)[0];
  const names = isRelease(libc) ? [asked, `${libc.family}-${libc.version}`] : [asked];
  return go === null ? [id, ...names] : [id, ...names.map((name) => `${name}/go-${go.version}`)];
}

/** `v1.2.3` of musl 1.2.3: what its version says of any later commit, too. */
function isRelease({ source, version }: LibcPin): boolean {
  return (
    source !== undefined &&
    source.patches.length === 0 &&
    /[^\d.]?([\d.]+)$/.exec(source.ref)?.[1] === version
  );
}

/** Lines that say something of every environment speak of suites' and releases: of a commit nobody knows yet what it does. */
function linesFor(lines: readonly Expectation[], { libc }: Environment): readonly Expectation[] {
  if (libc.source === undefined || isRelease(libc)) return lines;
  return lines.filter(({ environment }) => environment?.includes("@") === true);
}

/** Expectations that the user gave, in place of the manifest's. */
export function explicit({ expect }: CampaignRequest): boolean {
  return (expect ?? []).length > 0;
}
