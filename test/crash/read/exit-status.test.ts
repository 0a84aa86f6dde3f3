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
