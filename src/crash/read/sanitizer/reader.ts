import type { Finding, Reader } from "../finding.js";
import { parseSanitizerReports, type FoundReport } from "./report.js";

/** The sanitizers' reports. */
export const sanitizer: Reader = {
  source: "sanitizer",
  title: "a sanitizer's report",
  rank: "report",
  trigger: /Sanitizer:? |runtime error: |libFuzzer: /,
  read: (log) => parseSanitizerReports(log).map(findingOf),
};

function findingOf({ report, from, to }: FoundReport): Finding {
  return {
    from,
    to,
    outcome: { kind: "exit", signal: null, exitCode: null },
    known: { sanitizer: report },
  };
}
