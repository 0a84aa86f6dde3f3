import { expect, test } from "vitest";
import { readAttempt } from "../../src/crash/judge.js";
import { outcomeOf } from "../../src/crash/outcome.js";
import { signatureOf } from "../../src/crash/signature.js";
import { captureOf, frameOf } from "./captures.js";

test("Go's runtime in a C program names where it crashed, though nobody's own frame is known", () => {
  const frames = ["runtime.argv_index", "runtime.sysargs", "runtime.rt0_go"].map((name) =>
    frameOf(name, { module: "libtally.so", file: "/usr/lib/go-1.19/src/runtime/runtime1.go" }),
  );
  const segv = {
    signal: "SIGSEGV",
    number: 11,
    code: 1,
    codeName: "SEGV_MAPERR",
    address: "0xb8",
    sender: null,
  };
  const { siginfo, threads } = captureOf(segv, frames);
  const outcome = outcomeOf({ status: 11, timedOut: false });
  const named = signatureOf({ go: null, siginfo, threads, explanation: null }, outcome);
  expect(named.weak).not.toBe(true);
  expect(named.title).toMatch(/^SIGSEGV in runtime\.argv_index \(libtally\.so\)/);
});

test("a Go library's panic is told in Go's own words, also where the program's own build puts it into a C program", () => {
  const trace =
    "panic: runtime error: index out of range [5] with length 5\n\n" +
    "goroutine 17 [running, locked to thread]:\nmain.Sum(...)\n\t/repro/go/calc.go:11\n";
  const none = { head: Buffer.alloc(0), tail: Buffer.alloc(0), total: 0 };
  const stderr = { ...none, head: Buffer.from(trace), total: trace.length };
  const times = { startMs: 0, durationMs: 1, userMs: 0, systemMs: 0, maxRssKiB: 1 };
  const ended = { number: 1, ...times, status: 6, timedOut: false, leftovers: 0, bytesOut: 0 };
  const attempt = { ...ended, bytesErr: trace.length, output: { stdout: none, stderr } };
  expect(readAttempt({ language: "c", command: "make" }, attempt).goTrace).toMatchObject({ kind: "panic" });
  // What a program of C alone prints is its own affair.
  expect(readAttempt({ language: "c", command: null }, attempt).goTrace).toBeNull();
});
