import { type Clock, systemClock } from "./clock.js";
import { jsonProgress } from "./json.js";
import { plainProgress } from "./plain.js";
import { colourPaint, plainPaint, wantsColour } from "./style.js";
import { terminalProgress } from "./terminal.js";
import type { Progress, ProgressStream } from "./renderer.js";

/** `--progress`: how progress is shown. `auto`: `terminal` where stderr is one that can be redrawn, else `plain`. */
export const PROGRESS_KINDS = ["auto", "terminal", "plain", "json", "none"] as const;
export type ProgressKind = (typeof PROGRESS_KINDS)[number];

/** Progress of the given kind on a stream, which is always stderr but for tests: stdout is the result's. */
export function createProgress(
  kind: ProgressKind,
  stream: ProgressStream,
  clock: Clock = systemClock,
  env: NodeJS.ProcessEnv = process.env,
): Progress {
  const progress = rendererFor(kind, stream, clock, env);
  let closed = false;
  return {
    sink: (event) => {
      if (!closed) progress.sink(event);
    },
    close: () => {
      if (!closed) progress.close();
      closed = true;
    },
  };
}

function rendererFor(
  kind: ProgressKind,
  stream: ProgressStream,
  clock: Clock,
  env: NodeJS.ProcessEnv,
): Progress {
  switch (kind) {
    case "none":
      return { sink: () => {}, close: () => {} };
    case "json":
      return jsonProgress(stream, clock);
    case "plain":
      return plainProgress(stream, clock);
    case "terminal":
      return terminalProgress(stream, clock, wantsColour(env) ? colourPaint : plainPaint);
    case "auto":
      return rendererFor(redrawable(stream, env) ? "terminal" : "plain", stream, clock, env);
  }
}

/** A terminal, and no log of a CI job that keeps every redrawn line. */
function redrawable(stream: ProgressStream, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && env["TERM"] !== "dumb" && (env["CI"] ?? "") === "";
}
