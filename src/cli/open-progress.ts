import { createProgress } from "../progress/progress.js";
import type { Progress, ProgressStream } from "../progress/renderer.js";
import type { Surroundings } from "./command.js";
import type { EngineArgs } from "./flags.js";

/** Progress as the flags ask for it, on stderr. */
export function openProgress(kind: EngineArgs["progress"], around: Surroundings): Progress {
  return createProgress(kind, around.stderr as unknown as ProgressStream, undefined, around.env);
}
