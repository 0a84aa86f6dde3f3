import { posix } from "node:path";
import pLimit from "p-limit";
import { mayBeSeenByGdb } from "../../crash/assemble-evidence.js";
import { readAttempt, judgeFor } from "../../crash/judge.js";
import { groupSignatures, type KeyGroup, type SignatureGroup } from "../../crash/group.js";
import { readCapture } from "../../crash/read/capture.js";
import type { FolderEntry } from "../../docker/engine.js";
import type { Batch, BatchBuilt } from "../../images/program/batch.js";
import type { Binary, ImageFacts } from "../../images/binary.js";
import { BOUNDS } from "../../images/program/left-by-build.js";
import type { Cell, Plan } from "../../plan/plan.js";
import { captureNative } from "../../run/capture/capture.js";
import { Runner } from "../../run/runner/runner.js";
import { Failure, interrupted } from "../../failure.js";
import { Counts, hung } from "../counts.js";
import type { CandidateBenchOptions } from "./options.js";

/** A candidate, built in one cell. */
interface Placed {
  readonly index: number;
  readonly cell: Cell;
  readonly plan: Plan;
  readonly batch: Batch;
  readonly facts: ImageFacts;
  readonly built: BatchBuilt;
}

/** Says from the attempts so far whether there are enough. */
export type Enough = (counts: Counts) => boolean;

/** Attempts are asked for in blocks of about this length, so that a decision is not overrun by much. */
const BLOCK_MS = 120;
const LARGEST_BLOCK = 200;
/** A container that was lost with a candidate in it is opened anew so often for the same one. */
const LOSSES = 2;

/** A container takes about so long to start. */
export const QUICK_MS = 1_000;

/**
 * Candidates that were built together in one cell, to be run one after the other or side by side.
 * `quick`: their attempts take less time than a second container for them, so that they share one until one of them turns out slower.
 */
export class CellBatch {
  private readonly idle = new Map<Batch, Runner[]>();
  private readonly lanes: ReturnType<typeof pLimit>;
  private readonly byIndex: ReadonlyMap<number, Placed>;

  constructor(
    private readonly options: CandidateBenchOptions,
    placed: readonly Placed[],
    { quick }: { readonly quick: boolean },
  ) {
    const images = new Set(placed.map(({ batch }) => batch)).size;
    const { parallel } = options.planning;
    this.lanes = pLimit(Math.max(1, quick ? Math.min(parallel, images) : parallel));
    this.byIndex = new Map(placed.map((each) => [each.index, each]));
  }

  /** What came of a candidate's build. */
  built(index: number): BatchBuilt {
    return this.of(index).built;
  }

  /**
   * Makes attempts of a candidate until there are enough, in a container that others may have used before it. `most`: where it is known that no
   * more are wanted.
   */
  run(index: number, enough: Enough, into = new Counts(), most = Infinity): Promise<Counts> {
    return this.lanes(() => this.counted(this.of(index), { enough, most }, into));
  }

  /** What gdb sees of a candidate whose attempts were counted: its crashes by their signatures. */
  capture(index: number, counts: Counts): Promise<SignatureGroup[]> {
    return this.lanes(() => this.look(this.of(index), counts));
  }

  /** What a candidate's build left, its program among it; nothing where it was not built. */
  async left(index: number): Promise<readonly FolderEntry[]> {
    const { batch, built } = this.of(index);
    if (!("program" in built)) return [];
    return this.options.engine.readFolder(batch.image, posix.dirname(built.program), BOUNDS);
  }

  /** Removes containers and images. Never throws. */
  async close(): Promise<void> {
    await Promise.all([...this.idle.values()].flat().map((runner) => runner.close()));
    const batches = new Set([...this.byIndex.values()].map(({ batch }) => batch));
    await Promise.all([...batches].map((batch) => batch.remove()));
  }

  private async counted(
    placed: Placed,
    { enough, most }: { enough: Enough; most: number },
    counts: Counts,
  ): Promise<Counts> {
    const since = performance.now();
    // One that hangs, or is slower than was thought, is not waited for by the others.
    const slow = setTimeout(() => (this.lanes.concurrency = this.options.planning.parallel), QUICK_MS);
    try {
      await this.until(placed, { enough, most, since }, counts);
    } finally {
      clearTimeout(slow);
    }
    counts.ms += performance.now() - since;
    return counts;
  }

  private async until(
    placed: Placed,
    { enough, most, since }: { enough: Enough; most: number; since: number },
    counts: Counts,
  ): Promise<void> {
    const judge = judgeFor(placed.plan.counted);
    for (let losses = 0; !enough(counts);) {
      if (this.options.signal.aborted) throw interrupted();
      try {
        await this.withRunner(placed, async (runner) => {
          while (!enough(counts)) {
            const left = Math.max(1, most - counts.attempts);
            const size = Math.min(left, blockSize(counts.attempts, performance.now() - since));
            const end = counts.attempts + size;
            for await (const attempts of runner.run(counts.attempts + 1, size)) {
              for (const attempt of attempts) counts.add(attempt, judge(placed.cell, attempt));
              // A block that begins to hang takes its attempts' time limits, one after the other: longer than another container.
              if (hung(counts) > 0 && counts.attempts < end && enough(counts)) return "busy";
            }
          }
          return "idle";
        });
      } catch (error) {
        if (!(error instanceof Failure) || error.kind !== "infrastructure" || ++losses > LOSSES) throw error;
      }
    }
  }

  /** `work` says whether the runner is `idle` afterwards, or `busy` with attempts that nobody wants. */
  private async withRunner(
    placed: Placed,
    work: (runner: Runner) => Promise<"idle" | "busy">,
  ): Promise<void> {
    const { cell, batch, built } = placed;
    if (!("program" in built)) throw new RangeError(`candidate ${placed.index} was not built`);
    const argv = [built.program, ...cell.run.args];
    // Services are a runner's own: one that is the candidate's program, or reads what its build left, is no other's.
    const isShared = cell.run.services === undefined;
    let runner = (isShared ? this.idle.get(batch)?.pop() : undefined) ?? null;
    try {
      if (runner === null) runner = await this.open(placed, argv);
      else await runner.change(argv);
      const left = await work(runner);
      if (isShared && left === "idle") this.idle.set(batch, [...(this.idle.get(batch) ?? []), runner]);
      else await runner.close();
    } catch (error) {
      await runner?.close();
      throw error;
    }
  }

  private open({ cell, plan, batch, facts }: Placed, argv: readonly string[]): Promise<Runner> {
    const { engine, labels, signal } = this.options;
    const task = {
      image: batch.image,
      argv,
      run: cell.run,
      condition: cell.condition,
      output: plan.output,
      labels,
      parallel: plan.parallel,
      instrument: { part: "runner", expected: facts.instrument } as const,
      what: cell.id,
    };
    return Runner.open(engine, task, signal, () => performance.now());
  }

  private async look(placed: Placed, counts: Counts): Promise<SignatureGroup[]> {
    const { engine, labels, signal } = this.options;
    const { cell, plan, built, batch, facts } = placed;
    if (!("program" in built)) return [];
    const keys = keyGroups(cell, counts);
    if (!keys.some(mayBeSeenByGdb)) return groupSignatures(keys, []);
    const hangs = keys.some(({ outcome }) => outcome.kind === "timeout");
    const binary: Binary = {
      image: batch.image,
      program: built.program,
      sha256: "",
      linkWarnings: [],
      builtIn: facts,
      ranOn: facts,
      commands: [],
    };
    const { captures, tried } = await captureNative({
      engine,
      cell,
      binary,
      labels,
      signal,
      sink: () => undefined,
      budget: {
        attempts: hangs ? 1 : 4,
        timeoutMs: plan.capture.timeoutMs,
        withinMs: 20_000,
        watched: hangs ? undefined : { runs: 2000, timeoutMs: 20_000 },
        hangs,
        enough: (seen) => seen.some(({ fatal, hang }) => fatal || hang),
      },
    });
    if (signal.aborted) throw interrupted();
    const read = captures.flatMap((raw) => {
      const answer = raw.fatal || raw.hang ? readCapture(raw.json) : { refused: "" };
      return "capture" in answer ? [answer.capture] : [];
    });
    return groupSignatures(keys, read, Object.fromEntries(keys.map(({ key }) => [key, tried])));
  }

  private of(index: number): Placed {
    const placed = this.byIndex.get(index);
    if (placed === undefined) throw new RangeError(`no candidate ${index} in this batch`);
    return placed;
  }
}

/** A few at first, then as many as fit into a block's time. */
function blockSize(made: number, ms: number): number {
  if (made === 0) return 3;
  return Math.max(1, Math.min(LARGEST_BLOCK, 2 * made, Math.round(BLOCK_MS / (ms / made))));
}

/** Attempts that ended alike, as the crash stage groups them. */
function keyGroups(cell: Cell, counts: Counts): KeyGroup[] {
  return counts.ends.flatMap(({ key, count }) => {
    const example = counts.examples.get(key);
    if (example === undefined) return [];
    const { outcome, goTrace, sanitizer } = readAttempt(cell.build, example);
    return [
      {
        key,
        count,
        firstAttempt: example.number,
        outcome,
        goTrace,
        sanitizer,
        output: example.output,
        notes: [],
      },
    ];
  });
}
