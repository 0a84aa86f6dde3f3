import type { ProgressEvent } from "./event.js";
import { oneLine } from "./one-line.js";

export type AttemptsEvent = Extract<ProgressEvent, { kind: "attempts" }>;

/** A step that runs: what it is called, since when, and what it last said. */
export interface RunningStep {
  readonly title: string;
  readonly since: number;
  readonly line: string;
}

/** Where everything stands, gathered from events; all text in it is harmless. */
export class ProgressState {
  readonly steps = new Map<string, RunningStep>();
  readonly cells = new Map<string, AttemptsEvent>();
  /** Where a search stands, in a line; null where none goes on. */
  search: string | null = null;

  /** Takes an event in at the time `now`, in milliseconds. */
  apply(event: ProgressEvent, now: number): void {
    switch (event.kind) {
      case "step-started":
        this.steps.set(event.id, { title: oneLine(event.title), since: now, line: "" });
        break;
      case "step-output": {
        const step = this.steps.get(event.id);
        const line = oneLine(event.line);
        if (step !== undefined && line !== "") this.steps.set(event.id, { ...step, line });
        break;
      }
      case "step-ended":
        this.steps.delete(event.id);
        break;
      case "attempts":
        this.cells.set(event.cell, { ...event, cell: oneLine(event.cell) });
        break;
      case "search":
        this.search = searchLine(event);
        break;
      case "note":
        break;
    }
  }
}

/** `bisect: 12 commits tried; likeliest 3f2a91c (62 %)`. */
export function searchLine({ search, standing }: Extract<ProgressEvent, { kind: "search" }>): string {
  return oneLine(`${search}: ${standing}`);
}
