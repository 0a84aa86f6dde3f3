import type { Progress } from "../progress/renderer.js";
import type { CliContext } from "./command.js";

/**
 * Says how to go on with a search as soon as it is interrupted: what ends it may take longer than whoever pressed Ctrl-C waits. Returns what takes
 * that back, for when the search has ended.
 */
export function tellResume(
  kind: string,
  id: string,
  progress: Pick<Progress, "close">,
  { signal, stderr }: Pick<CliContext, "signal" | "stderr">,
): () => void {
  const tell = (): void => {
    progress.close();
    stderr.write(`interrupted; what was done is kept: vivarium ${kind} --resume ${id}\n`);
  };
  signal.addEventListener("abort", tell, { once: true });
  return () => signal.removeEventListener("abort", tell);
}
