import { assembleEvidence } from "../../../src/crash/assemble-evidence.js";
import { crashedFrames } from "../../../src/crash/frames/go-story.js";
import { goTraceOf } from "../../../src/crash/read/go/trace.js";
import { outcomeOf, vouchesFor } from "../../../src/crash/outcome.js";
import { signatureOf } from "../../../src/crash/signature.js";
import { testCorpus, type Answer } from "../corpus.js";

/** `exit 2` or `signal 6` -> a raw wait status. */
function waitStatus(ended: string): number {
  const [how, number] = ended.split(" ");
  return how === "exit" ? Number(number) << 8 : Number(number);
}

testCorpus(
  "go-trace",
  {
    given: ["SOURCE", "ENDED"],
    answers: [
      ..."OUTCOME TITLE KIND MESSAGE ERROR SIGNAL RUNTIME GOROUTINE STACK FILE CREATED INCOMPLETE DOUBT".split(
        " ",
      ),
    ],
  },
  ({ given, log }): Answer => {
    const trace = goTraceOf(log);
    const status = waitStatus(given["ENDED"] ?? "");
    const outcome = outcomeOf({ status, timedOut: false }, trace);
    const ended = [outcome.kind, outcome.signal ?? outcome.exitCode].join(" ");
    if (trace === null) return { OUTCOME: [ended] };
    const doubt = vouchesFor(status, trace);
    const known = { outcome, output: null, capture: null, captures: { tried: 0, met: 0 }, notes: [] };
    const evidence = assembleEvidence({ ...known, goTrace: doubt === null ? trace : null });
    const { signal } = trace;
    const frames = crashedFrames(trace);
    return {
      OUTCOME: [ended],
      TITLE: [signatureOf(evidence, outcome).title],
      KIND: [trace.kind],
      MESSAGE: [trace.message],
      ERROR: trace.errors.slice(1),
      SIGNAL:
        signal === null
          ? []
          : [
              `${signal.name} code ${signal.code} address ${signal.address}${signal.duringCgo ? ", in C" : ""}`,
            ],
      RUNTIME: trace.runtimeStack.length === 0 ? [] : [trace.runtimeStack.map((f) => f.function).join(" < ")],
      GOROUTINE: trace.goroutines
        .slice(0, 8)
        .map(
          ({ id, state, lockedToThread, frames, elided }, i) =>
            `${id} ${state}${lockedToThread ? ", locked" : ""}, ${frames.length} frames, elided ${elided}${i === trace.crashed ? ", crashed" : ""}`,
        ),
      STACK: [
        frames
          .slice(0, 8)
          .map((frame) => frame.function)
          .join(" < "),
      ],
      FILE: frames
        .slice(0, 3)
        .map((f) => `${f.file?.replace(/\/tmp\/tmp\.\w+/, "TMP")}:${f.line} ${f.offset} (${f.args})`),
      CREATED: trace.goroutines
        .slice(0, 3)
        .flatMap(({ createdBy }) =>
          createdBy === null ? [] : [`${createdBy.function}:${createdBy.line} in ${createdBy.goroutine}`],
        ),
      INCOMPLETE: trace.incomplete,
      DOUBT: doubt === null ? [] : [doubt],
    };
  },
);
