import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ContextEntry, Engine } from "../../src/docker/engine.js";

const run = promisify(execFile);

/** Programs of the benchmark's image, by their path in it, and their sources in this repository. */
const PROGRAMS = {
  "opt/vivarium/runner": "dockerfiles/container/runner.c",
  "opt/vivarium/scheduler": "dockerfiles/container/scheduler.c",
  bare: "scripts/bench/bare.c",
  clean: "scripts/bench/clean.c",
  crash: "scripts/bench/crash.c",
  stepped: "scripts/bench/stepped.c",
  steps: "scripts/bench/steps.c",
};

export const IMAGE = "vivarium-bench/programs";

/** Builds an image of nothing but static programs, compiled by this machine's gcc as the environment images compile the runner. */
export async function benchImage(engine: Engine, root: string): Promise<string> {
  const context: Record<string, ContextEntry> = {};
  for (const [path, source] of Object.entries(PROGRAMS))
    context[path] = { content: await compile(join(root, source)), mode: 0o755 };
  context["tmp/.keep"] = { content: "", mode: 0o644 };
  context.Dockerfile = {
    content: "FROM scratch\nCOPY bare clean crash stepped steps /\nCOPY opt /opt/\nCOPY tmp /tmp/\n",
  };
  return engine.build({ context, labels: { "vivarium.bench": "programs" }, tag: IMAGE, network: "none" });
}

async function compile(source: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "vivarium-bench-"));
  try {
    const out = join(folder, "program");
    await run("gcc", ["-O2", "-static", "-pthread", "-o", out, source]);
    return await readFile(out);
  } finally {
    await rm(folder, { recursive: true });
  }
}
