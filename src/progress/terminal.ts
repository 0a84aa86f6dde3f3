import { createLogUpdate } from "log-update";
import { cellLines } from "./cell-lines.js";
import type { Clock } from "./clock.js";
import type { ProgressEvent } from "./event.js";
import { cut, oneLine } from "./one-line.js";
import type { Progress, ProgressStream } from "./renderer.js";
import { span } from "../text/durations.js";
import { ProgressState, type RunningStep } from "./state.js";
import type { Paint } from "./style.js";

/** Time between two drawings, milliseconds. */
const EVERY = 100;

/**
 * A live block at the foot of the terminal: running steps with their time and last words, a line for each cell. What has
 * ended moves up into the scrollback. Nothing is drawn that is wider than the terminal.
 */
export function terminalProgress(stream: ProgressStream, clock: Clock, paint: Paint): Progress {
  const state = new ProgressState();
  // The cursor stays: hidden, it would stay so after a SIGKILL.
  const live = createLogUpdate(stream, { showCursor: true });
  // One column less: some terminals wrap as soon as the last column is full.
  const width = (): number => Math.max(1, (stream.columns ?? 80) - 1);
  const draw = (): void => {
    const lines = block(state, { width: width(), height: stream.rows ?? 24, now: clock.now(), paint });
    if (lines.length === 0) live.clear();
    else live(lines.join("\n"));
  };
  const keep = (line: string): void => {
    live.clear();
    stream.write(`${line}\n`);
    draw();
  };
  const stop = clock.every(EVERY, draw);
  return {
    sink: (event) => {
      const isNew = state.apply(event, clock.now());
      const line = isNew ? lastingLine(event, width(), paint) : null;
      if (line !== null) keep(line);
    },
    close: () => {
      stop();
      live.clear();
      cellLines([...state.cells.values()], width()).forEach((line) => stream.write(`${line}\n`));
    },
  };
}

const COLOURS = { done: "green", cached: "dim", failed: "red", interrupted: "yellow" } as const;

/** What stays on the screen of an event, or null. */
function lastingLine(event: ProgressEvent, width: number, paint: Paint): string | null {
  if (event.kind === "note") {
    const warns = event.level === "warning";
    const text = cut(`${warns ? "warning: " : ""}${oneLine(event.text)}`, width * 4);
    return warns ? paint("yellow", text) : text;
  }
  if (event.kind !== "step-ended") return null;
  const end = event.status === "cached" ? "cached" : `${event.status} in ${span(event.ms)}`;
  const line = `${cut(oneLine(event.title), Math.max(1, width - end.length - 2))}  `;
  return line + paint(COLOURS[event.status], end);
}

interface Screen {
  readonly width: number;
  readonly height: number;
  readonly now: number;
  readonly paint: Paint;
}

/** The live block: at most the terminal's height less one, the cells that are not done first if not all fit. */
function block(state: ProgressState, { width, height, now, paint }: Screen): readonly string[] {
  const steps = [...state.steps.values()].map((step) => stepLine(step, { width, now, paint }));
  if (state.search !== null) steps.push(paint("bold", cut(state.search, width)));
  const room = Math.max(1, height - 2 - steps.length);
  const cells = [...state.cells.values()];
  const lines = cellLines(cells, width);
  if (lines.length <= room) return [...steps, ...lines];
  const open = lines.filter((_, i) => cells[i]!.of === null || cells[i]!.done < cells[i]!.of);
  const shown = (open.length > 0 ? open : lines).slice(0, room - 1);
  return [...steps, ...shown, paint("dim", cut(`and ${lines.length - shown.length} more`, width))];
}

function stepLine(
  { title, since, line }: RunningStep,
  { width, now, paint }: Omit<Screen, "height">,
): string {
  const time = span(now - since);
  const head = cut(title, Math.max(1, width - time.length - 2));
  const room = width - [...head].length - time.length - 4;
  const said = line === "" || room < 8 ? "" : `  ${paint("dim", cut(line, room))}`;
  return `${head}  ${paint("bold", time)}${said}`;
}
