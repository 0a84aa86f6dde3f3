import type { BuildPlan, RunPlan } from "../../src/plan/plan.js";

/** The build of a plain C file, but for what the test is about. */
export function buildPlan(change: Partial<BuildPlan> = {}): BuildPlan {
  return {
    language: "c",
    sources: ["main.c"],
    link: "static",
    patches: [],
    cc: "gcc",
    cflags: [],
    ldflags: [],
    goflags: [],
    cgo: true,
    sanitize: [],
    command: null,
    test: false,
    ...change,
  };
}

/** A confined run without arguments, but for what the test is about. */
export function runPlan(change: Partial<RunPlan> = {}): RunPlan {
  return {
    args: [],
    env: {},
    files: {},
    user: { uid: 65534, gid: 65534 },
    timeoutMs: 1000,
    stdin: null,
    limits: { stack: null, memory: 1 << 29, processes: 256, files: 1024, tmp: 1 << 26 },
    network: "none",
    capabilities: [],
    ...change,
  };
}
