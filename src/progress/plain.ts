import { cellLines } from "./cell-lines.js";
import type { Clock } from "./clock.js";
import type { ProgressEvent } from "./event.js";
import { cut, oneLine } from "./one-line.js";
import type { Progress, ProgressStream } from "./renderer.js";
import { count } from "../text/count.js";
import { pace, span } from "../text/durations.js";
import { type AttemptsEvent, ProgressState, type RunningStep } from "./state.js";

/** Time between two looks at the attempts, milliseconds. */
const EVERY = 5_000;
/** Milliseconds after which a step that still runs says so, and again. A build of a libc takes minutes; many a CI ends a job that is silent for ten. */
const SIGN_OF_LIFE = 30_000;
/** Cells that get a line each while they run; more are summed up in one, so that a log stays readable. */
const FEW = 3;
const WIDTH = 100;

/** Lines for a log or a pipe: steps as they start and end, attempts every few seconds; no control characters. */
export function plainProgress(stream: ProgressStream, clock: Clock): Progress {
  const state = new ProgressState();
  const changed = new Set<string>();
  let searched: string | null = null;
  const print = (line: string): void => void stream.write(`${line}\n`);
  const printChanged = (): void => {
    if (state.search !== searched && state.search !== null) print(state.search);
    searched = state.search;
    const cells = [...changed].map((cell) => state.cells.get(cell)!);
    changed.clear();
    if (cells.length === 0) return;
    if (state.cells.size <= FEW) cellLines(cells, WIDTH).forEach(print);
    else print(summary([...state.cells.values()]));
  };
  const heard = new Map<string, number>();
  const printRunning = (): void => {
    const now = clock.now();
    for (const [id, step] of state.steps) {
      if (now - (heard.get(id) ?? step.since) < SIGN_OF_LIFE) continue;
      heard.set(id, now);
      print(stillRuns(step, now));
    }
  };
  const stop = clock.every(EVERY, () => {
    printChanged();
    printRunning();
  });
  return {
    sink: (event) => {
      const isNew = state.apply(event, clock.now());
      // A search may have hundreds of answers a second.
      if (event.kind === "search") return;
      if (event.kind === "attempts") {
        changed.add(event.cell);
        return;
      }
      if (event.kind === "step-ended") heard.delete(event.id);
      // A step after the attempts: what they came to stands before it.
      printChanged();
      if (isNew) lineOf(event).forEach(print);
    },
    close: () => {
      stop();
      if (state.cells.size <= FEW || state.search !== searched) printChanged();
      else cellLines([...state.cells.values()], WIDTH).forEach(print);
    },
  };
}

/** What an event says at once, if anything. */
function lineOf(event: Extract<ProgressEvent, { kind: `step-${string}` | "note" }>): readonly string[] {
  switch (event.kind) {
    case "step-started":
      return [`${oneLine(event.title)} ...`];
    case "step-output":
      return [];
    case "step-ended":
      return [
        `${oneLine(event.title)}: ${event.status === "cached" ? "cached" : `${event.status} in ${span(event.ms)}`}`,
      ];
    case "note":
      return [`${event.level === "warning" ? "warning: " : ""}${oneLine(event.text)}`];
  }
}

/** How long a step has run, and what it said last. */
function stillRuns({ title, since, line }: RunningStep, now: number): string {
  const said = line === "" ? "" : `; last line: ${cut(line, WIDTH)}`;
  return `${title}: ${span(now - since)} so far${said}`;
}

/** All cells in one line. */
function summary(cells: readonly AttemptsEvent[]): string {
  const sum = (of: (cell: AttemptsEvent) => number): number =>
    cells.reduce((total, cell) => total + of(cell), 0);
  const wanted = cells.some(({ of }) => of === null) ? "" : ` of ${count(sum(({ of }) => of ?? 0))}`;
  const ends = cells.flatMap(({ leftMs, leftAtMost }) => (leftMs === null ? [] : [{ leftMs, leftAtMost }]));
  const most = ends.some(({ leftAtMost }) => leftAtMost) ? "at most " : "";
  const parts = [
    `${cells.length} cells: ${count(sum(({ done }) => done))}${wanted} attempts`,
    `${count(sum(({ counted }) => counted))} counted`,
    pace(sum(({ perSecond }) => perSecond)),
    ...(ends.length === 0 ? [] : [`${most}${span(Math.max(...ends.map(({ leftMs }) => leftMs)))} left`]),
  ];
  return parts.join(", ");
}
