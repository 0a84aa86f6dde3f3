import type { Attempt } from "../../src/run/attempt.js";
import type { Task } from "../../src/run/runner/container-task.js";
import { Runner } from "../../src/run/runner/runner.js";
import { atEnd, openEngine } from "./engines.js";

/** A runner on the real engine, until the test's end. */
export async function openRunner(task: Task, sinceStart = (): number => 0): Promise<Runner> {
  const runner = await Runner.open(await openEngine(), task, new AbortController().signal, sinceStart);
  atEnd(() => runner.close());
  return runner;
}

/** Attempts of a runner, when all of them are made. */
export async function attemptsOf(batches: AsyncIterable<readonly Attempt[]>): Promise<Attempt[]> {
  const made: Attempt[] = [];
  for await (const batch of batches) made.push(...batch);
  return made;
}
