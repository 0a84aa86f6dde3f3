import type { Finding, Reader } from "../finding.js";
import { parseGoTraces, type FoundTrace } from "./trace.js";

/** Go's panics, fatal errors and signals. */
export const go: Reader = {
  source: "go",
  title: "Go's own trace",
  rank: "report",
  trigger: /panic: |fatal error: |fatal: |SIG[A-Z]+: |\[signal |goroutine \d+ |Exception 0x|Observed a panic/,
  read: (log) => parseGoTraces(log, true).map(findingOf),
};

function findingOf({ trace, from, to }: FoundTrace): Finding {
  const notes = trace.kind === "panic" ? [] : ["no native trace: the log has Go's own words only"];
  return {
    from,
    to,
    outcome: { kind: "crash", signal: null, exitCode: 2 },
    known: { goTrace: trace, notes },
  };
}
