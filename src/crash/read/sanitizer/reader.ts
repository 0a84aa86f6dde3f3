import type { Finding, Reader } from "../finding.js";
import type { FoundReport } from "../found-report.js";
import { parseSanitizerReports } from "./report.js";

/** The sanitizers' reports. */
export const sanitizer: Reader = {
  source: "sanitizer",
  title: "a sanitizer's report",
  rank: "report",
  trigger: /Sanitizer:? |runtime error: |libFuzzer: |(?:READ|WRITE) of size \d|ubsan: /,
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
