import type { Task } from "../../src/run/runner/container-task.js";
import { runPlan } from "../plan/parts.js";

/** A program to be run as attempts, and nothing special about it. */
export function taskOf(more: Partial<Task> = {}): Task {
  return {
    image: "image",
    argv: ["/program"],
    run: runPlan({ limits: { stack: null, memory: 1 << 26, processes: 256, files: 128, tmp: 1 << 20 } }),
    condition: null,
    output: { head: 16, tail: 16, keep: "all" },
    labels: {},
    instrument: null,
    what: "glibc-2.36",
    ...more,
  };
}
