import type { NativeCapture } from "../../src/crash/evidence.js";
import { readCapture } from "../../src/crash/read/capture.js";
import type { Engine } from "../../src/docker/engine.js";
import type { Binary } from "../../src/images/binary.js";
import type { Cell } from "../../src/plan/plan.js";
import { captureNative, type CaptureBudget, type Captured } from "../../src/run/capture/capture.js";
import { openEngine } from "./engines.js";
import type { FaultImage } from "./fault-image.js";

/** Runs a program of the fault image under gdb, once unless the budget says otherwise; without an engine, on one until the test ends. */
export async function captureProgram(
  image: FaultImage,
  program: string,
  run: Partial<Cell["run"]> = {},
  budget: Partial<CaptureBudget> = {},
  engine?: Engine,
): Promise<Captured> {
  const cell = { ...image.cell, run: { ...image.cell.run, ...run } };
  return captureBinary(cell, image.binary(program), budget, engine);
}

/** The same of any program. */
export async function captureBinary(
  cell: Cell,
  binary: Binary,
  budget: Partial<CaptureBudget> = {},
  engine?: Engine,
): Promise<Captured> {
  return captureNative({
    engine: engine ?? (await openEngine()),
    cell,
    binary,
    budget: { attempts: 1, timeoutMs: 30_000, ...budget },
    labels: { "vivarium.test": "capture" },
    signal: new AbortController().signal,
    sink: () => undefined,
  });
}

/** The captures as the crash stage takes them; fails where it refuses one. */
export function readAll({ captures }: Captured): NativeCapture[] {
  return captures.map(({ json }) => {
    const result = readCapture(json);
    if ("refused" in result) throw new Error(result.refused);
    return result.capture;
  });
}
