import type { Labels } from "../../docker/engine.js";
import type { Binary } from "../../images/binary.js";
import type { Cell } from "../../plan/plan.js";
import type { Task } from "../runner/container-task.js";
import { GDB_ENVIRONMENT, gdbRequest, gdbTask, gdbWords } from "./gdb-task.js";

/** gdb is given so long for a core: its debug symbols are read, and its threads walked. */
export const CORE_TIMEOUT_MS = 60_000;
/** A large core is mapped, not read; what it is mapped into is the container's memory all the same. */
const CORE_MEMORY = 1024 * 1024 * 1024;
/** Room for the copy that core.py may make of it, with the registers of the fault behind it. */
const CORE_COPY = 288 * 1024 * 1024;

/** The container's side of a look at a core file: as gdb's at a crash, but that nothing of the program's runs. */
export function coreTask(
  cell: Cell,
  binary: Binary,
  core: string,
  labels: Labels,
): { readonly task: Task; readonly mark: string } {
  const { mark, program } = gdbRequest(cell, binary, CORE_TIMEOUT_MS);
  const task = gdbTask(cell, binary, gdbRequest(cell, binary, CORE_TIMEOUT_MS), CORE_TIMEOUT_MS, labels);
  const { run } = task;
  return {
    mark,
    task: {
      ...task,
      argv: gdbWords("core.py"),
      run: {
        ...run,
        env: { ...GDB_ENVIRONMENT, VIVARIUM_CAPTURE: JSON.stringify({ mark, program, core }) },
        limits: {
          ...run.limits,
          memory: Math.max(run.limits.memory, CORE_MEMORY) + CORE_COPY,
          tmp: Math.max(run.limits.tmp, CORE_COPY),
        },
      },
      condition: null,
      what: `gdb on a core in ${cell.id}`,
    },
  };
}
