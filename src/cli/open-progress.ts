import { createProgress } from "../progress/progress.js";
import type { Progress, ProgressStream } from "../progress/renderer.js";
import type { CliContext } from "./command.js";
import type { EngineArgs } from "./flags/engine-flags.js";

/** Progress as the flags ask for it, on stderr. */
export function openProgress(kind: EngineArgs["progress"], context: CliContext): Progress {
  return createProgress(kind, context.stderr as unknown as ProgressStream, undefined, context.env);
}
