import type { Clock } from "./clock.js";
import { oneLine } from "./one-line.js";
import type { Progress, ProgressStream } from "./renderer.js";

/** JSON lines: every event as it comes, with `atMs`, the milliseconds since the command began to show progress. */
export function jsonProgress(stream: ProgressStream, clock: Clock): Progress {
  const began = clock.now();
  return {
    sink: (event) => {
      const harmless = Object.fromEntries(
        Object.entries(event).map(([key, value]) => [
          key,
          typeof value === "string" ? oneLine(value) : value,
        ]),
      );
      stream.write(`${JSON.stringify({ atMs: Math.round(clock.now() - began), ...harmless })}\n`);
    },
    close: () => {},
  };
}
