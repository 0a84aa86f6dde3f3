import { expect, test } from "vitest";
import { parseLog } from "../../../src/crash/parse-log.js";

const of = (kind: string): string[] =>
  parseLog(`~~Dr.M~~ Error #1: ${kind}\n~~Dr.M~~ # 0 copy_name          [/src/t.c:9]\n`).records.map(
    ({ signature }) => signature.title,
  );

test("Dr. Memory's errors are crashes, its warnings are not", () => {
  expect(of("UNINITIALIZED READ: reading 0x001-0x002 1 byte(s)")).toEqual([
    "Dr. Memory: uninitialized read in copy_name",
  ]);
  expect(of("WARNING: writing to readonly memory")).toEqual([]);
});
