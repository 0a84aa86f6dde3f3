import { posix } from "node:path";
import type { ContextEntry } from "../../docker/engine.js";
import {
  buildBatch,
  type Batch,
  type BatchBuilt,
  type BatchEntry,
  type BatchGroup,
} from "../../images/program/batch.js";
import { buildWants, rootOf } from "../../images/provide.js";
import { SOURCES } from "../../images/recipe/shape.js";
import { readSources } from "../../images/sources.js";
import { settled } from "../../settled.js";
import { attemptDirectory } from "../../run/runner/container-task.js";
import type { Cell, Plan } from "../../plan/plan.js";
import { buildCache } from "./build-cache.js";
import { BUILD_LIMITS, MOST_SECONDS, secondsToBuild } from "./build-limit.js";
import { CellBatch } from "./cell-batch.js";
import type { Asked, CandidateBenchOptions } from "./options.js";
import { cellOf, covers, isProgram, planOf, type Material } from "./material.js";

/** A candidate with what it is planned as. */
interface Placed extends Asked {
  readonly plan: Plan;
  readonly cell: Cell;
  /** Whether it is the whole program, built as the repro builds it. */
  readonly isWhole: boolean;
}

interface BuildChoices {
  readonly lint?: string | undefined;
  readonly change?: (cell: Cell) => Cell;
  readonly quick?: boolean;
}

/** Builds candidates many at a time and hands them out to be run. */
export class CandidateBench {
  /** The longest that the whole program took to build so far; null: it was not built yet. */
  private wholeMs: number | null = null;
  private measuring: Promise<void> | null = null;

  constructor(readonly options: CandidateBenchOptions) {}

  /**
   * Builds the candidates in the cell `cellId` of their plans, in as few images as they need: those that are run alike share one. `change`
   * may alter the cell: its time limit, its sanitizers. `quick`: their attempts take less time than a second container for them. Close what it
   * returns.
   */
  async build(
    cellId: string,
    asked: readonly Asked[],
    { lint, change = (cell) => cell, quick = false }: BuildChoices = {},
  ): Promise<CellBatch> {
    const { planning, whole } = this.options;
    const placed = asked.map((each): Placed => {
      const plan = planOf(each.material, planning);
      const usual = cellOf(plan, cellId);
      const cell = change(usual);
      return { ...each, plan, cell, isWhole: each.material === whole && cell.build === usual.build };
    });
    if (this.wholeMs === null && placed.some(({ material }) => material !== whole))
      await (this.measuring ??= this.measure(cellId));
    const builders = [...grouped(placed, builderKey).values()];
    const parts = builders.flatMap((all) => split(all, containersFor(all, planning.parallel)));
    const built = await settled(
      parts.map((part) => this.one(part, lint)),
      removeBatches,
    );
    return new CellBatch(this.options, built.flat(), { quick });
  }

  /** Builds candidates in one container, and puts those that are run alike into one image. */
  private async one(part: readonly Placed[], lint: string | undefined) {
    const { engine, images, search, signal } = this.options;
    const first = part[0];
    if (first === undefined) return [];
    const environment = await images.provide(first.cell.builtIn, buildWants(first.cell));
    const groups = [...grouped(part, ({ cell, material }) => runKey(cell, material)).values()];
    const cache =
      first.cell.build.language === "go" ? await buildCache(engine, search, environment.id) : undefined;
    const batches = await buildBatch(await Promise.all(groups.map((group) => this.groupOf(group, lint))), {
      engine,
      environment,
      cache,
      signal,
    });
    return groups.flatMap((group, at) => {
      const batch = batches[at] as Batch;
      return group.map((each, i) => {
        const built = batch.built[i] as BatchBuilt;
        this.learn(each, built);
        return {
          index: each.index,
          cell: each.cell,
          plan: each.plan,
          batch,
          facts: environment.facts,
          built,
        };
      });
    });
  }

  private async groupOf(group: readonly Placed[], lint: string | undefined): Promise<BatchGroup> {
    const { folder } = this.options;
    const { cell, material } = group[0] as Placed;
    const entries = await Promise.all(
      group.map(async (each): Promise<BatchEntry> => ({
        build: each.cell.build,
        files: await this.files(each.cell, each.material),
        lint,
        limitSeconds: this.limitOf(each),
      })),
    );
    const data = await readSources(folder, dataOf(cell.build));
    const root = {
      ...Object.fromEntries(Object.entries(data).map(([path, file]) => [posix.join(SOURCES, path), file])),
      ...overlaid(await rootOf(folder, cell), laidOver(cell, material)),
      ...ownFolder(cell),
    };
    return { entries, root };
  }

  private async measure(cellId: string): Promise<void> {
    const batch = await this.build(cellId, [{ index: 0, material: this.options.whole }]);
    await batch.close();
  }

  private limitOf({ material }: Placed): number {
    if (material === this.options.whole || this.wholeMs === null) return MOST_SECONDS;
    return secondsToBuild(this.wholeMs, this.options.limits ?? BUILD_LIMITS);
  }

  /** How long the whole program takes. A machine may grow busier while a search goes on, so the longest time is what counts. */
  private learn({ isWhole }: Placed, built: BatchBuilt): void {
    if (!isWhole) return;
    const ms = "program" in built ? built.ms : 0;
    this.wholeMs = Math.max(this.wholeMs ?? 0, ms);
  }

  private async files(cell: Cell, material: Material): Promise<Record<string, ContextEntry>> {
    const named = [...cell.build.sources, ...cell.build.patches];
    const kept = named.filter((path) => material.files[path] === undefined);
    const read = await readSources(this.options.folder, kept);
    const changed = Object.entries(material.files).filter(([path]) =>
      named.some((name) => covers(name, path)),
    );
    return { ...read, ...Object.fromEntries(changed.map(([path, content]) => [path, { content }])) };
  }
}

/** Removes the images of what was built. Never throws. */
async function removeBatches(built: readonly { readonly batch: Batch }[]): Promise<void> {
  await Promise.all([...new Set(built.map(({ batch }) => batch))].map((batch) => batch.remove()));
}

/** Read to build a program, and never by it. */
const OF_A_BUILD = /(^|\/)(go\.(mod|sum|work|work\.sum)|Makefile|CMakeLists\.txt)$/;

/** Sources that the program, or a service, may read as it runs. */
function dataOf({ sources }: Cell["build"]): string[] {
  return sources.filter((path) => !isProgram(path) && !OF_A_BUILD.test(path));
}

/** Files over the root, input files and data among the sources, as the material has them: where they lie in the container -> text. */
function laidOver({ run, build }: Cell, { files }: Material): Record<string, string> {
  const places = [
    ...dataOf(build).map((path) => [posix.join(SOURCES, path), path]),
    ...Object.entries(run.files),
    ...(run.stdin === null ? [] : [[posix.join(SOURCES, run.stdin), run.stdin]]),
  ] as [string, string][];
  return Object.fromEntries(
    places.flatMap(([to, named]) => {
      const from = posix.normalize(named).replace(/\/$/, "");
      return Object.entries(files).flatMap(([path, text]) =>
        path === from || path.startsWith(`${from}/`) ? [[to + path.slice(from.length), text] as const] : [],
      );
    }),
  );
}

function overlaid(
  root: Record<string, ContextEntry>,
  laid: Record<string, string>,
): Record<string, ContextEntry> {
  const texts = Object.entries(laid).map(([path, content]) => [path, { ...root[path], content }] as const);
  return { ...root, ...Object.fromEntries(texts) };
}

/** The folder that they run in, which no sources bring into a batch's image. */
function ownFolder({ run }: Cell): Record<string, ContextEntry> {
  return run.directory === undefined ? {} : { [attemptDirectory(run)]: { folder: true } };
}

/** Candidates with the same key can be built in one container. */
function builderKey({ cell }: Placed): string {
  return JSON.stringify([cell.builtIn.id, buildWants(cell)]);
}

function grouped<T>(all: readonly T[], keyOf: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return groups;
}

/** Candidates with the same key can share an image and its containers. */
function runKey(cell: Cell, material: Material): string {
  const { args: _args, ...run } = cell.run;
  return JSON.stringify([run, cell.condition, laidOver(cell, material), cell.build.cc]);
}

/** So many programs are built sooner in one container, where each takes what those before it compiled, than in two. */
const WORTH_A_CONTAINER = 6;

/** One container for each core; fewer where what one candidate's build compiles serves the next. */
function containersFor(group: readonly { cell: Cell }[], cores: number): number {
  const trees = new Set(group.map(({ cell }) => JSON.stringify(cell.build.patches)));
  return trees.size > 1 ? cores : Math.min(cores, Math.ceil(group.length / WORTH_A_CONTAINER));
}

/** So many parts of nearly equal size. */
function split<T>(all: readonly T[], parts: number): T[][] {
  const size = Math.max(1, Math.ceil(all.length / Math.max(1, parts)));
  const chunks: T[][] = [];
  for (let at = 0; at < all.length; at += size) chunks.push(all.slice(at, at + size));
  return chunks;
}
