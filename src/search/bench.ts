import { judgeFor } from "../crash/judge.js";
import type { Engine } from "../docker/engine.js";
import { Failure, interrupted } from "../failure.js";
import type { BaseChoice } from "../images/base/base.js";
import type { SnapshotArchive } from "../images/base/snapshot.js";
import type { Binary } from "../images/binary.js";
import type { Pins } from "../images/pins.js";
import { isProgramStep } from "../images/program/program.js";
import { provideBinaries } from "../images/provide.js";
import type { Cell, Plan } from "../plan/plan.js";
import type { ProgressEvent, ProgressSink } from "../progress/event.js";
import type { Prepared } from "../request/prepare.js";
import { Containers } from "../run/runner/containers.js";
import type { Executor } from "../run/runner/executor.js";
import type { Counts } from "./counts.js";
import { makeAttempts, type Wanted } from "./make-attempts.js";

/** Where candidates are built and run; what all of a search's have in common. */
export interface BenchOptions {
  readonly engine: Engine;
  /** Told of builds; a search of thousands of candidates gives one that says nothing. */
  readonly sink: ProgressSink;
  readonly base?: BaseChoice | undefined;
  readonly platform?: string | undefined;
  readonly snapshotArchive?: SnapshotArchive | undefined;
  readonly pins?: Pins | null | undefined;
  /** The search's id, a label of every container. */
  readonly id: string;
  /** Where attempts are made; default: containers of the engine. Tests give one that makes attempts up. */
  readonly executor?: Executor | undefined;
}

/** One cell of a candidate's plan, built. */
export interface Built {
  readonly plan: Plan;
  readonly cell: Cell;
  readonly binary: Binary;
  /** Milliseconds that building took, and whether everything was there already. */
  readonly ms: number;
  readonly cached: boolean;
}

/**
 * Evaluates candidates lightly: builds a cell of a plan, runs attempts of it with the campaign's own executor, judges and counts them. No
 * folder, no gdb, no report: thousands of candidates can be looked at so. What a search claims at its end rests on whole campaigns.
 */
export class Bench {
  private readonly executor: Executor;

  constructor(private readonly options: BenchOptions) {
    const labels = { "vivarium.campaign": options.id };
    this.executor = options.executor ?? new Containers(options.engine, labels, () => performance.now());
  }

  /**
   * Builds the cells of a candidate's plan, by cell id; a Failure in place of one that cannot be built. The second time it costs a look at the
   * engine. Throws where it was interrupted. `name`: what the candidate is called where its program is built; default: as its cell.
   */
  async build(
    { plan, repro, catalogue, sources }: Prepared,
    signal: AbortSignal,
    name: string | null = null,
  ): Promise<Map<string, Built | Failure>> {
    const { engine, sink, base = "auto", platform, snapshotArchive, pins } = this.options;
    const since = performance.now();
    let made = false;
    const provided = await provideBinaries(plan, {
      engine,
      repro,
      catalogue,
      sources,
      sink: (event) => {
        made ||= event.kind === "step-ended" && event.status === "done";
        sink(name === null ? event : called(event, name));
      },
      base,
      platform,
      snapshotArchive,
      pins,
      signal,
    });
    const ms = performance.now() - since;
    return new Map(
      plan.cells.map((cell) => {
        const binary = provided.get(cell.id);
        if (binary === undefined) throw new RangeError(`no word of cell ${cell.id}`);
        return [cell.id, binary instanceof Failure ? binary : { plan, cell, binary, ms, cached: !made }];
      }),
    );
  }

  /** The same for a plan of one cell. */
  async buildOne(
    prepared: Prepared,
    signal: AbortSignal,
    name: string | null = null,
  ): Promise<Built | Failure> {
    const [only, ...more] = (await this.build(prepared, signal, name)).values();
    if (only === undefined || more.length > 0)
      throw new RangeError(`a plan of ${more.length + 1} cells, not one`);
    return only;
  }

  /**
   * Makes attempts of a built cell, `plan.parallel` at a time, and counts them. Throws a Failure where the engine is lost or it was interrupted:
   * what was made until then is not reported. `as`: the candidate whose plan says what counts, where all are to be judged alike; default: its own.
   */
  async run(
    built: Built,
    wanted: Wanted,
    signal: AbortSignal,
    as: Pick<Built, "plan" | "cell"> = built,
  ): Promise<Counts> {
    if (signal.aborted) throw interrupted();
    const { plan, cell, binary } = built;
    const lanes = Math.min(plan.parallel, Math.max(1, wanted.attempts));
    const judge = judgeFor(as.plan.counted);
    return makeAttempts({
      open: (end) => this.executor.open(cell, binary, plan, end),
      judge: (attempt) => judge(as.cell, attempt),
      lanes,
      // As many blocks as there are lanes at least, so that none is idle.
      block: Math.max(1, Math.min(plan.block, Math.ceil(wanted.attempts / lanes))),
      wanted,
      signal,
    });
  }
}

/** The building of a program as that of a candidate: several have one cell, and so one title, and are built at a time. */
function called(event: ProgressEvent, name: string): ProgressEvent {
  if (!("id" in event && isProgramStep(event.id))) return event;
  const id = `${event.id} of ${name}`;
  return event.kind === "step-output" ? { ...event, id } : { ...event, id, title: `build ${name}` };
}
