import { Failure } from "../failure.js";
import type { ProgressSink } from "./event.js";

/** What a step's work may say while it runs. */
export interface StepVoice {
  /** The last line of a tool's output. */
  readonly line: (text: string) => void;
}

/**
 * Tells of a step that runs: its start, its lines, its end, whether it failed or was interrupted. `came`: what it is called once it is done, where
 * what came of it should stand on the screen; default: its title.
 */
export async function step<T>(
  sink: ProgressSink,
  id: string,
  title: string,
  work: (voice: StepVoice) => Promise<T>,
  came: (value: T) => string = () => title,
): Promise<T> {
  const began = performance.now();
  const end = (status: "done" | "failed" | "interrupted", called = title): void =>
    sink({ kind: "step-ended", id, title: called, status, ms: Math.round(performance.now() - began) });
  sink({ kind: "step-started", id, title });
  try {
    const value = await work({ line: (text) => sink({ kind: "step-output", id, line: text }) });
    end("done", came(value));
    return value;
  } catch (error) {
    end(error instanceof Failure && error.kind === "interrupted" ? "interrupted" : "failed");
    throw error;
  }
}

/** Tells of a step whose result was there already. */
export function cachedStep(sink: ProgressSink, id: string, title: string): void {
  sink({ kind: "step-ended", id, title, status: "cached", ms: 0 });
}
