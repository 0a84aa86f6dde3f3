import type { ProgressSink } from "../progress/event.js";
import type { Surroundings } from "./command.js";
import type { EngineArgs } from "./flags.js";

/** Progress as the flags ask for it, on stderr. */
export function openProgress(
  _kind: EngineArgs["progress"],
  around: Surroundings,
): { sink: ProgressSink; close(): void } {
  return {
    sink: (event) => {
      if (event.kind !== "step-output") around.stderr.write(`${JSON.stringify(event)}\n`);
    },
    close() {},
  };
}
