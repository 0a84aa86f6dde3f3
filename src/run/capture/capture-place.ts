import type { Engine } from "../../docker/engine.js";
import type { Task } from "../runner/container-task.js";
import type { Slot } from "../runner/executor.js";
import { Runner } from "../runner/runner.js";

/** A run of gdb that is asked for. */
export interface CaptureRun {
  readonly task: Task;
  readonly signal: AbortSignal;
  /** Milliseconds since the captures began. */
  readonly elapsed: () => number;
}

/** Where gdb is run: on the machine where the crash was met, if there is more than one. */
export interface CapturePlace {
  /** Readies runs of gdb. Throws Failure("infrastructure") where it cannot, or where the image's gdb is not ours. */
  open(run: CaptureRun): Promise<Slot>;
}

/** gdb in containers of an engine. */
export class EngineCaptures implements CapturePlace {
  constructor(private readonly engine: Engine) {}

  open({ task, signal, elapsed }: CaptureRun): Promise<Slot> {
    return Runner.open(this.engine, task, signal, elapsed);
  }
}
