import type { Engine } from "../../docker/engine.js";
import { infrastructure } from "../../failure.js";
import type { Attempt } from "../attempt.js";
import { Runner } from "./runner.js";
import type { Task } from "./container-task.js";

/**
 * Runs a task's program once, in a container of its own, and returns it with its output, as far as `task.output` keeps it. Throws a Failure
 * where that could not be done; an attempt that crashed is a value.
 */
export async function runOnce(engine: Engine, task: Task, signal: AbortSignal): Promise<Attempt> {
  const start = performance.now();
  const runner = await Runner.open(
    engine,
    { ...task, output: { ...task.output, keep: "all" } },
    signal,
    () => performance.now() - start,
  );
  try {
    for await (const [attempt] of runner.run(1, 1)) if (attempt !== undefined) return attempt;
    throw infrastructure(`${task.what}: the runner reported no attempt`);
  } finally {
    await runner.close();
  }
}
