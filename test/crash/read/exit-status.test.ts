import { expect, test } from "vitest";
import { parseLog } from "../../../src/crash/parse-log.js";

test.each([
  "exitCode",
  "ExitCode",
  "exit_code",
  "exit_status",
  "exitStatus",
  "returncode",
  "return_code",
  "rc",
])("a record's %s is the exit status of a process", (name) => {
  const signals = parseLog(`{"job":"nightly","${name}": 139}\n`).records.map(({ outcome }) => outcome.signal);
  expect(signals).toEqual(["SIGSEGV"]);
});

test("lines of thousands of dashes take no longer than others", () => {
  const rows = `tests and what they say (all) |${"-".repeat(8000)}x\n`.repeat(50);
  const start = performance.now();
  const { records } = parseLog(`${rows}Segmentation fault (core dumped)\n`);
  expect(records.map(({ outcome }) => outcome.signal)).toEqual(["SIGSEGV"]);
  expect(performance.now() - start).toBeLessThan(4000);
});
