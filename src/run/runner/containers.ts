import type { Engine, Labels } from "../../docker/engine.js";
import type { Binary } from "../../images/binary.js";
import type { Cell, Plan } from "../../plan/plan.js";
import { scheduleText } from "../../plan/schedule.js";
import type { Executor, Slot } from "./executor.js";
import { looksAtHangs } from "../capture/looks-at-hangs.js";
import { Runner } from "./runner.js";

/**
 * Attempts in containers of the engine: a slot is a container of its own, so that attempts which run at the same time share neither files, memory,
 * process numbers nor each other's fate.
 */
export class Containers implements Executor {
  /**
   * `labels` are put on every container; `sinceStart` gives the milliseconds since the campaign began, which attempts are timed by;
   * `onStarting` is told whenever the engine is asked to start one.
   */
  constructor(
    private readonly engine: Engine,
    private readonly labels: Labels,
    private readonly sinceStart: () => number,
    private readonly onStarting?: (() => void) | undefined,
  ) {}

  open(cell: Cell, binary: Binary, plan: Plan, signal: AbortSignal): Promise<Slot> {
    const task = {
      image: binary.image,
      argv: [binary.program, ...cell.run.args],
      run: cell.run,
      condition: cell.condition,
      output: plan.output,
      labels: this.labels,
      parallel: plan.parallel,
      ...(cell.run.schedule === undefined ? {} : { schedule: scheduleText(cell.run.schedule) }),
      looks: looksAtHangs(cell, binary, plan.capture.perSignature),
      onStarting: this.onStarting,
      instrument: { part: "runner", expected: binary.ranOn.instrument } as const,
      what: cell.id,
    };
    return Runner.open(this.engine, task, signal, this.sinceStart);
  }
}
