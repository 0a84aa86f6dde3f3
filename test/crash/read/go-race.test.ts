import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readAttempt } from "../../../src/crash/judge.js";
import { attemptKey } from "../../../src/crash/key.js";
import { parseLog } from "../../../src/crash/parse-log.js";
import { goRaceOf, parseGoRaces } from "../../../src/crash/read/go/race.js";
import type { Attempt } from "../../../src/run/attempt.js";

const log = readFileSync(
  fileURLToPath(new URL("../../corpus/cases/gorace/log.txt", import.meta.url)),
  "utf8",
);

function attempt(stderr: string, code: number): Attempt {
  const none = { head: Buffer.alloc(0), tail: Buffer.alloc(0), total: 0 };
  const output = { stdout: none, stderr: { ...none, head: Buffer.from(stderr), total: stderr.length } };
  const times = { startMs: 0, durationMs: 1, userMs: 0, systemMs: 0, maxRssKiB: 1 };
  const bytes = { bytesOut: 0, bytesErr: stderr.length };
  return { number: 1, ...times, status: code << 8, timedOut: false, leftovers: 0, ...bytes, output };
}

describe("Go's race detector", () => {
  test("tells both accesses and where their goroutines were made", () => {
    const report = goRaceOf(log);
    expect(report?.message).toBe("DATA RACE: write by goroutine 8");
    expect(report?.frames.map((frame) => frame.function)).toEqual([
      "main.(*counter).bump",
      "main.main.func1",
    ]);
    expect(report?.others.map(({ title }) => title)).toEqual([
      "previous write by goroutine 7",
      "Goroutine 8 (running) was created at",
      "Goroutine 7 (finished) was created at",
    ]);
    expect(report?.others[0]?.frames[0]).toMatchObject({ file: "/repro/main.go", line: 11 });
  });

  test("makes exit status 66 a crash, and no other status", () => {
    expect(readAttempt({ language: "go" }, attempt(log, 66)).outcome).toEqual({
      kind: "crash",
      signal: null,
      exitCode: 66,
    });
    expect(readAttempt({ language: "go" }, attempt("", 66)).outcome.kind).toBe("exit");
    expect(readAttempt({ language: "go" }, attempt(log, 3)).outcome.kind).toBe("exit");
  });

  test("has one key, whichever access came first", () => {
    const key = (text: string) => attemptKey(attempt(text, 66), null, goRaceOf(text));
    const other = log.replace("Write at", "Read at").replace(/main\.main\.func1/g, "main.main.func2");
    expect(key(other)).toBe(key(log));
  });

  test("is read from a log, with its lines", () => {
    const [record, ...others] = parseLog(log).records;
    expect(others).toEqual([]);
    expect(record?.signature.title).toBe(
      "DATA RACE: write in main.(*counter).bump, previous write in main.(*counter).bump",
    );
    expect(record?.outcome.kind).toBe("crash");
    expect(record?.lines).toEqual({ first: 2, last: 21 });
  });

  test("survives what is no report", () => {
    expect(parseGoRaces("WARNING: DATA RACE\nnonsense\n\u0000(\n")).toHaveLength(1);
    expect(goRaceOf("WARNING: DATA RACE\n")).toBeNull();
  });
});
