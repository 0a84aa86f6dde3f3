import type { Attempt } from "../run/attempt.js";
import type { Evidence, GoTrace, NativeCapture } from "./evidence.js";
import { explain } from "./explain.js";
import type { Outcome } from "./outcome.js";
import { shownOutput } from "./output.js";

/** What is known of attempts that ended alike. */
export interface Known {
  readonly outcome: Outcome;
  /** Go's trace, where the wait status vouches for it (`vouchesFor`), else null. */
  readonly goTrace: GoTrace | null;
  /** Of the first such attempt; null where it was not kept. */
  readonly output: Attempt["output"];
  /** The gdb run whose evidence it is; null where none met this crash. */
  readonly capture: NativeCapture | null;
  readonly captures: { readonly tried: number; readonly met: number };
  /** What else the reader must know: why there is no native trace, that a trace was not believed. */
  readonly notes: readonly string[];
}

/** Joins Go's trace, gdb's capture and the program's words into one record, with the explained fault. */
export function assembleEvidence({ outcome, goTrace, output, capture, captures, notes }: Known): Evidence {
  const incomplete = [...notes];
  if (goTrace !== null) incomplete.push(...goTrace.incomplete.map((reason) => `Go's trace: ${reason}`));
  if (capture !== null) {
    incomplete.push(...capture.incomplete);
    if (!capture.main) incomplete.push("the crash was in a child of the program");
  } else if (outcome.outcome === "crash" && goTrace?.kind !== "panic" && notes.length === 0) {
    incomplete.push(
      captures.tried === 0
        ? "no native trace: gdb was not run"
        : `no native trace: ${captures.tried} run${captures.tried === 1 ? "" : "s"} under gdb did not crash so`,
    );
  }
  return {
    go: goTrace,
    siginfo: capture?.siginfo ?? null,
    threads: capture?.threads ?? [],
    registers: capture?.registers ?? {},
    disassembly: capture?.disassembly ?? [],
    mappings: capture?.mappings ?? [],
    libraries: capture?.libraries ?? [],
    explanation: capture === null ? null : explain(capture),
    output: shownOutput(output),
    captures: { ...captures },
    incomplete,
  };
}
