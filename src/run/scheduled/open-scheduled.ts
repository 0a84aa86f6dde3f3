import type { Engine, Labels } from "../../docker/engine.js";
import type { Binary } from "../../images/binary.js";
import type { Cell, Plan } from "../../plan/plan.js";
import { scheduleText, type SchedulePlan } from "../../plan/schedule.js";
import { Runner } from "../runner/runner.js";

export interface ScheduledRunner {
  readonly engine: Engine;
  readonly cell: Cell;
  readonly binary: Binary;
  readonly plan: Plan;
  readonly labels: Labels;
  readonly signal: AbortSignal;
}

/** A runner for attempts of a cell beside its campaign's own, which no rate counts. Throws as Runner.open does. */
export function openScheduled(
  { engine, cell, binary, plan, labels, signal }: ScheduledRunner,
  schedule: SchedulePlan,
): Promise<Runner> {
  return Runner.open(
    engine,
    {
      image: binary.image,
      argv: [binary.program, ...cell.run.args],
      run: cell.run,
      condition: cell.condition,
      output: plan.output,
      labels,
      schedule: scheduleText(schedule),
      instrument: { part: "runner", expected: binary.ranOn.instrument },
      what: `schedules of ${cell.id}`,
    },
    signal,
    () => performance.now(),
  );
}
