import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseGoTraces } from "../../src/crash/read/go/trace.js";
import { outcomeOf, vouchesFor } from "../../src/crash/outcome.js";
import { codeName, signalName, signalNumber } from "../../src/crash/signal.js";

const PANIC = "panic: no\n\ngoroutine 1 [running]:\nmain.main()\n\t/x.go:3 +0x1b\n";
const [trace] = parseGoTraces(PANIC).map((found) => found.trace);
const ended = (status: number, goTrace = trace ?? null) => outcomeOf({ status, timedOut: false }, goTrace);

describe("the outcome of an attempt", () => {
  test.each([
    [0, { kind: "clean", signal: null, exitCode: 0 }],
    [3 << 8, { kind: "exit", signal: null, exitCode: 3 }],
    [139 << 8, { kind: "exit", signal: null, exitCode: 139 }],
    [11, { kind: "crash", signal: "SIGSEGV", exitCode: null }],
    // The core flag of WCOREDUMP is no part of the signal.
    [11 | 0x80, { kind: "crash", signal: "SIGSEGV", exitCode: null }],
    [9, { kind: "crash", signal: "SIGKILL", exitCode: null }],
    [37, { kind: "crash", signal: "SIGRTMIN+3", exitCode: null }],
  ] as const)("of wait status %i", (status, outcome) => expect(ended(status, null)).toEqual(outcome));

  test("the out-of-memory killer's SIGKILL is told from others", () => {
    const killed = { kind: "crash", signal: "SIGKILL", exitCode: null };
    expect(outcomeOf({ status: 9, timedOut: false, oom: true })).toEqual({ ...killed, outOfMemory: true });
    expect(outcomeOf({ status: 9, timedOut: false, oom: false })).toEqual(killed);
    // A child of it was taken, and it died of something else.
    expect(outcomeOf({ status: 11, timedOut: false, oom: true })).not.toHaveProperty("outOfMemory");
  });

  test("a time-out is one whatever the status says", () => {
    for (const status of [0, 9, 11, 2 << 8]) {
      expect(outcomeOf({ status, timedOut: true }, trace ?? null).kind).toBe("timeout");
    }
  });

  test("exit status 2 with a Go trace is a crash, without one it is an exit", () => {
    expect(ended(2 << 8)).toEqual({ kind: "crash", signal: null, exitCode: 2 });
    expect(ended(2 << 8, null)).toEqual({ kind: "exit", signal: null, exitCode: 2 });
  });

  test("no trace turns any other exit status into a crash, or a crash into anything else", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), (code) => {
        fc.pre(code !== 2);
        expect(ended(code << 8)).toEqual(ended(code << 8, null));
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), (signal) => {
        expect(ended(signal)).toEqual(ended(signal, null));
      }),
    );
  });

  test("why a trace is not believed is said", () => {
    if (trace === undefined) throw new Error("no trace");
    expect(vouchesFor(0, trace)).toBe("the kernel says exit status 0, and Go ends a crash with 2");
    expect(vouchesFor(9, trace)).toBe(
      "the kernel says SIGKILL, with which Go does not end after such a trace",
    );
    expect(vouchesFor(6, trace)).toBeNull();
  });
});

describe("signals", () => {
  test("every number has one name, and back", () => {
    for (let number = 1; number <= 64; number++) expect(signalNumber(signalName(number))).toBe(number);
    expect(new Set(Array.from({ length: 64 }, (_, i) => signalName(i + 1))).size).toBe(64);
  });
  test("of what is no signal", () => {
    expect(signalNumber("SIGNOTHING")).toBeNull();
    expect(signalNumber("segv")).toBeNull();
  });
  test("codes", () => {
    expect(codeName("SIGSEGV", 2)).toBe("SEGV_ACCERR");
    expect(codeName("SIGSEGV", 128)).toBe("SI_KERNEL");
    expect(codeName("SIGABRT", -6)).toBe("SI_TKILL");
    expect(codeName("SIGSEGV", 77)).toBeNull();
  });
});
