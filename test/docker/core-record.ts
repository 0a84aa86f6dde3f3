import { assembleEvidence } from "../../src/crash/assemble-evidence.js";
import type { Evidence, NativeCapture } from "../../src/crash/evidence.js";
import { readCapture } from "../../src/crash/read/capture.js";
import { signatureOf, type Signature } from "../../src/crash/signature.js";
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

/** What is told of a crash by its record alone. */
export function toldBy(capture: NativeCapture): Signature & Pick<Evidence, "explanation"> {
  const outcome = { kind: "crash" as const, signal: capture.siginfo.signal, exitCode: null };
  const known = { output: null, goTrace: null, captures: { tried: 1, met: 1 }, notes: [] };
  const evidence = assembleEvidence({ ...known, outcome, capture });
  return { ...signatureOf(evidence, outcome), explanation: evidence.explanation };
}

/** What a record shows first, of which a live capture and a core must say the same. */
export function shown(capture: NativeCapture, alsoWhy = true): Record<string, unknown> {
  const { title, id, weak, explanation } = toldBy(capture);
  const why = alsoWhy ? `${explanation?.kind}: ${explained(explanation?.text ?? "")}` : null;
  return { title, id, weak, why };
}

/** Whether Go's runtime lost the registers of the fault's operand, as it says: then the core shows where it was, and not why. */
export function hasLostRegisters({ incomplete }: NativeCapture): boolean {
  return incomplete.some(
    (gap) => gap.startsWith("Go's runtime kept ") && !gap.includes("the address of the fault tells"),
  );
}

/** Without what differs from one run to the next: addresses, process ids, and by which of its writes a full stack is left. */
function explained(text: string): string {
  return text
    .replaceAll(/0x[0-9a-f]{5,}/g, "0x…")
    .replaceAll(/process \d+/g, "process …")
    .replace(/^write of [^:]*: (?=(?:the|a) stack )/, "");
}
