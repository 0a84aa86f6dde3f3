import { buildPlan, runPlan } from "../plan/parts.js";
import { createHash } from "node:crypto";
import type { Binary, ImageFacts } from "../../src/images/binary.js";
import type { Cell, Plan, StopRule } from "../../src/plan/plan.js";

export interface PlanShape {
  readonly cells?: readonly string[];
  readonly stop: StopRule;
  readonly parallel?: number;
  readonly block?: number;
  readonly seed?: number;
  readonly perSignature?: number;
  readonly comparison?: Plan["comparison"];
}

/** A whole plan of the given shape. */
export function planOf(shape: PlanShape): Plan {
  const ids = shape.cells ?? ["glibc-2.36"];
  const plan = {
    schema: "vivarium/plan/1" as const,
    repro: { name: "flaky", title: "dies now and then", links: [], sourceHash: "00ff" },
    variant: "default",
    cells: ids.map(cellOf),
    counted: { of: "crash", outcome: "crash" as const, signal: null, exit: null, output: null },
    stop: shape.stop,
    seed: shape.seed ?? 1,
    parallel: shape.parallel ?? 2,
    block: shape.block ?? 10,
    confidence: 0.95,
    output: { keep: "failed" as const, head: 64, tail: 64, perSignature: shape.perSignature ?? 2 },
    capture: {
      perSignature: 0,
      attempts: 0,
      timeoutMs: 1000,
      withinMs: 1000,
      watched: { runs: 100, timeoutMs: 10_000 },
    },
    comparison: shape.comparison ?? { kind: "baseline" as const, baseline: ids[0] as string },
    request: {},
    command: ["run", "flaky"],
  };
  return { ...plan, hash: createHash("sha256").update(JSON.stringify(plan)).digest("hex") };
}

function cellOf(id: string): Cell {
  const environment = {
    id,
    libc: { family: "glibc" as const, version: "2.36", package: "libc6" },
    go: null,
    image: "bookworm",
  };
  return {
    id,
    variant: "default",
    builtIn: environment,
    ranOn: environment,
    condition: null,
    build: buildPlan(),
    run: runPlan(),
    expectation: null,
  };
}

/** A binary for every cell of a plan. */
export function binariesOf(plan: Plan): Map<string, Binary> {
  const facts: ImageFacts = {
    image: "sha256:aaaa",
    libc: { family: "glibc", version: "2.36", package: "2.36-9" },
    go: null,
    compiler: "gcc 12.2.0",
    packages: { libc6: "2.36-9" },
  };
  return new Map(
    plan.cells.map(({ id }) => [
      id,
      {
        image: `sha256:bbbb-${id}`,
        program: "/repro/program",
        sha256: "cccc",
        linkWarnings: [],
        builtIn: facts,
        ranOn: facts,
        commands: ["gcc main.c"],
      },
    ]),
  );
}
