import type { Result } from "../../result/result.js";

import { buildWants } from "../../images/provide.js";
import type { Cell } from "../../plan/plan.js";
import type { CandidateBench } from "../candidate/bench.js";
import { lintNames, lintProbe, lintScript } from "../candidate/lint.js";
import { cellOf, planOf } from "../candidate/material.js";
import type { Whole } from "../candidate/whole.js";
import { settled } from "../../settled.js";
import { hung, type Counts } from "../counts.js";
import type { Places } from "./places.js";
import { sanitizerReport, wantedOf, type Criteria, type Sanitized } from "./oracle.js";
import { rateQuestion } from "./rate-test.js";
import { searchTimeLimit } from "./time-limit.js";

/** What the whole program does in the environment where it crashes: the measure of every candidate. */
export interface Established {
  readonly criteria: Criteria;
  readonly attempts: number;
  readonly counted: number;
}

const ENOUGH_CRASHES = 20;
const ENOUGH_MS = 20_000;
const LEAST_ATTEMPTS = 20;
/** One candidate's attempts may take so long, on average. */
const BUDGET_MS = 1_500;

/** Measures the whole program, and finds out what may be asked of candidates. */
export async function establish(
  bench: CandidateBench,
  whole: Whole,
  { before, places, minRate }: { before: Result; places: Places; minRate: number | undefined },
): Promise<Established> {
  const one = [{ index: 0, material: whole.material }];
  const environment = before.environments.find(({ id }) => id === places.crashes);
  const timeoutMs = searchTimeLimit(before, places, cellIn(bench, whole, places.crashes));
  const change = (cell: Cell): Cell =>
    timeoutMs === null ? cell : { ...cell, run: { ...cell.run, timeoutMs } };
  const batch = await bench.build(places.crashes, one, { change });
  let counts: Counts;
  try {
    const since = performance.now();
    counts = await batch.run(0, (so) => enough(so, performance.now() - since));
  } finally {
    await batch.close();
  }
  const counted = wantedOf(counts);
  const attemptMs = counts.ms / Math.max(1, counts.attempts);
  const question = rateQuestion(Math.max(counted, 0.5) / counts.attempts, {
    minRate,
    attemptMs,
    budgetMs: BUDGET_MS,
  });
  const signatures = new Set(
    (environment?.signatures ?? []).filter(({ outcome }) => outcome !== "clean").map(({ id }) => id),
  );
  const [lint, sanitized] = await settled([
    lintOf(bench, whole, places.crashes),
    sanitizedIn(bench, whole, places),
  ]);
  return {
    criteria: {
      ...places,
      question,
      follows: minRate === undefined,
      signatures,
      attemptMs,
      timeoutMs,
      mayHang: hung(counts) > 0,
      lint,
      sanitized,
    },
    attempts: counts.attempts,
    counted,
  };
}

function enough(so: Counts, ms: number): boolean {
  return (
    (wantedOf(so) >= ENOUGH_CRASHES && so.attempts >= LEAST_ATTEMPTS) || (so.attempts > 0 && ms > ENOUGH_MS)
  );
}

function cellIn(bench: CandidateBench, whole: Whole, id: string): Cell {
  return cellOf(planOf(whole.material, bench.options.planning), id);
}

/** Named warnings that the whole program has none of. */
async function lintOf(bench: CandidateBench, whole: Whole, id: string): Promise<string | undefined> {
  const cell = cellIn(bench, whole, id);
  const { build } = cell;
  const { toolchain } = await bench.options.images.provide(cell.builtIn, buildWants(cell));
  const probe = lintProbe(build, toolchain);
  if (probe === undefined) return undefined;
  const batch = await bench.build(id, [{ index: 0, material: whole.material }], { lint: probe });
  try {
    const built = batch.built(0);
    return lintScript(build, toolchain, "refused" in built ? lintNames(built.said) : []);
  } finally {
    await batch.close();
  }
}

/**
 * A glibc environment in which the sanitizers find nothing in the whole program: where it is clean, else where it crashes, else any other. Where
 * they find something in all of them, the first, since what they find there is the bug.
 */
async function sanitizedIn(
  bench: CandidateBench,
  whole: Whole,
  { crashes, clean }: Places,
): Promise<Sanitized | null> {
  if (whole.language === "go") return null;
  const all = planOf(whole.material, bench.options.planning).cells.map(({ id }) => id);
  let first: Sanitized | null = null;
  for (const cell of new Set([...clean, crashes, ...all])) {
    if (cellIn(bench, whole, cell).builtIn.libc.family !== "glibc") continue;
    const one = [{ index: 0, material: whole.material }];
    const report = await sanitizerReport(bench, cell, one, (each) => each);
    if (report === null) continue;
    if (report === "none") return { cell, report };
    first ??= { cell, report };
  }
  return first;
}
