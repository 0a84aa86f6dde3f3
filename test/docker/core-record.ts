import { assembleEvidence } from "../../src/crash/assemble-evidence.js";
import type { Evidence, NativeCapture } from "../../src/crash/evidence.js";
import { readCapture } from "../../src/crash/read/capture.js";
import { signatureOf } from "../../src/crash/signature.js";
import type { Engine } from "../../src/docker/engine.js";
import type { Cell } from "../../src/plan/plan.js";
import { coreTask } from "../../src/run/capture/core-task.js";
import { readGdbAnswer } from "../../src/run/capture/gdb-answer.js";
import { runOnce } from "../../src/run/runner/once.js";
import type { CoreImage } from "./core-image.js";

/** What core.py says of a program's core. */
export async function captureCore(
  engine: Engine,
  cell: Cell,
  image: CoreImage,
  program: string,
): Promise<NativeCapture> {
  const { task, mark } = coreTask(cell, image.binary(program), image.core(program), {
    "vivarium.test": "core",
  });
  const { output } = await runOnce(engine, task, new AbortController().signal);
  if (output === null) throw new Error("no output");
  const { captures, problems } = readGdbAnswer(output.stdout, mark, 1);
  const [capture] = captures;
  if (capture === undefined) throw new Error(problems.join("; "));
  const read = readCapture(capture.json);
  if ("refused" in read) throw new Error(read.refused);
  return read.capture;
}

/** What a record shows first, of which a live capture and a core must say the same. */
export function shown(capture: NativeCapture): Record<string, unknown> {
  const outcome = { kind: "crash" as const, signal: capture.siginfo.signal, exitCode: null };
  const known = { output: null, goTrace: null, captures: { tried: 1, met: 1 }, notes: [] };
  const evidence = assembleEvidence({ ...known, outcome, capture });
  const { id, title, weak } = signatureOf(evidence, outcome);
  return { title, id, weak, explanation: explained(evidence) };
}

/** Without addresses, process ids and slots of registers: both differ from one run to the next. */
function explained({ explanation }: Evidence): string {
  return `${explanation?.kind}: ${explanation?.text}`
    .replaceAll(/0x[0-9a-f]{5,}/g, "0x…")
    .replaceAll(/process \d+/g, "process …");
}
