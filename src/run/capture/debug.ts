import type { ContainerRequest, Labels } from "../../docker/engine.js";
import type { Binary } from "../../images/binary.js";
import type { Cell } from "../../plan/plan.js";
import { scheduleText } from "../../plan/schedule.js";
import { GDB, GDB_ENVIRONMENT, gdbRequest, gdbTask, INSIDE } from "./gdb-task.js";
import {
  attemptDirectory,
  attemptEnvironment,
  DIRECTORY,
  runnerContainer,
  servicesOf,
} from "../runner/container-task.js";

export interface DebugOptions {
  readonly cell: Cell;
  readonly binary: Binary;
  readonly labels: Labels;
  /** A shell where attempts run, in place of gdb. */
  readonly shell: boolean;
  /** The terminal's type: `xterm-256color`. */
  readonly terminal: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The container in which a person looks at the program of a cell: an attempt's own, with room for gdb. Started on a terminal, gdb runs
 * the program until it crashes and stops there, or has it run without gdb and attaches where it crashes; the sources are in the image, where
 * they were built.
 */
export function debugRequest({ cell, binary, labels, shell, terminal }: DebugOptions): ContainerRequest {
  // Whoever sits at a terminal is never out of time, and ends a watch when it is enough.
  const watched = gdbRequest(cell, binary, 0, {
    runs: Number.MAX_SAFE_INTEGER,
    timeoutMs: DAY_MS,
    eachMs: cell.run.timeoutMs,
    ...(cell.run.schedule === undefined ? {} : { schedule: scheduleText(cell.run.schedule) }),
  });
  const services = servicesOf(cell, binary.program);
  const asked = services.length === 0 ? watched : { ...watched, services };
  const task = gdbTask(cell, binary, asked, 0, labels);
  const container = runnerContainer(task, { inodeLimit: false, timeWait: false });
  return {
    ...container,
    // Process 1 cannot be stopped by a signal that it has no handler for, and inherits orphans: gdb is better not it.
    command: shell
      ? ["/bin/sh"]
      : [`${INSIDE}/start`, "--wait", ...GDB, "-nx", "-q", "-x", `${INSIDE}/debug.py`],
    // The program's own environment is the program's alone: a preload of it is not gdb's.
    env: {
      ...(shell
        ? attemptEnvironment(cell.run, cell.condition)
        : { HOME: DIRECTORY, ...GDB_ENVIRONMENT, VIVARIUM_CAPTURE: JSON.stringify(asked) }),
      TERM: terminal,
    },
    tty: true,
    workingDir: attemptDirectory(cell.run),
  };
}
