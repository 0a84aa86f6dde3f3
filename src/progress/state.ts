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
  /** Steps of which the end was told, until they start anew. */
  private readonly told = new Set<string>();

  /**
   * Takes an event in at the time `now`, in milliseconds. Returns whether it says something new: a search asks for the same images again and again,
   * and two of its candidates may wait for one step.
   */
  apply(event: ProgressEvent, now: number): boolean {
    if (event.kind === "step-ended") return this.ended(event);
    const isKnown = event.kind === "step-started" && this.steps.has(event.id);
    this.note(event, now);
    return !isKnown;
  }

  private ended(step: Extract<ProgressEvent, { kind: "step-ended" }>): boolean {
    this.steps.delete(step.id);
    const isNew = !this.told.has(nameOf(step));
    this.told.add(nameOf(step));
    return isNew;
  }

  private note(event: Exclude<ProgressEvent, { kind: "step-ended" }>, now: number): void {
    switch (event.kind) {
      case "step-started":
        this.told.delete(nameOf(event));
        this.steps.set(event.id, { title: oneLine(event.title), since: now, line: "" });
        break;
      case "step-output": {
        const step = this.steps.get(event.id);
        const line = oneLine(event.line);
        if (step !== undefined && line !== "") this.steps.set(event.id, { ...step, line });
        break;
      }
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

function nameOf({ id, title }: { readonly id: string; readonly title: string }): string {
  return `${id} ${title}`;
}

/** `bisect: 12 commits tried; likeliest 3f2a91c (62 %)`. */
export function searchLine({ search, standing }: Extract<ProgressEvent, { kind: "search" }>): string {
  return oneLine(`${search}: ${standing}`);
}
