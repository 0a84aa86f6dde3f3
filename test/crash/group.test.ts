import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NativeCapture } from "../../src/crash/evidence.js";
import { goTraceOf } from "../../src/crash/read/go/trace.js";
import { groupSignatures, shareOut, type KeyGroup } from "../../src/crash/group.js";
import { attemptKey } from "../../src/crash/key.js";
import { sanitizerReportOf } from "../../src/crash/read/sanitizer/report.js";
import { outcomeOf } from "../../src/crash/outcome.js";
import { captureOf, frameOf } from "./captures.js";

const FAULT = {
  signal: "SIGSEGV",
  number: 11,
  code: 1,
  codeName: "SEGV_MAPERR",
  address: "0x0",
  sender: null,
};

function crashIn(name: string, more: Partial<NativeCapture> = {}): NativeCapture {
  const frames = [name, "main"].map((each) => frameOf(each, { file: "/src/main.c", line: 3 }));
  return captureOf(FAULT, frames, more);
}

function group(status: number, count: number, stderr = ""): KeyGroup {
  const goTrace = stderr === "" ? null : goTraceOf(stderr);
  const attempt = { status, timedOut: false };
  const outcome = outcomeOf(attempt, goTrace);
  const key = attemptKey(attempt, goTrace);
  return { key, outcome, count, firstAttempt: 4, goTrace, output: null, notes: [] };
}

const SEGV = 11;

describe("attempts and captures, joined", () => {
  test("one crash: all attempts have its signature", () => {
    const found = groupSignatures([group(SEGV, 60)], [crashIn("f"), crashIn("f")], { "crash SIGSEGV": 3 });
    expect(found).toMatchObject([
      { title: "SIGSEGV in f, called from main", count: 60, countBasis: "observed", firstAttempt: 4 },
    ]);
    expect(found[0]?.evidence.captures).toEqual({ tried: 3, met: 2 });
  });

  test("two crashes that end alike: exactly two signatures, their counts shared out and said to be", () => {
    const captures = [crashIn("f"), crashIn("g"), crashIn("f")];
    const found = groupSignatures([group(SEGV, 60)], captures);
    expect(found.map(({ title, count }) => [title, count])).toEqual([
      ["SIGSEGV in f, called from main", 40],
      ["SIGSEGV in g, called from main", 20],
    ]);
    expect(found[1]?.countBasis).toBe(
      "estimated: 60 attempts ended alike; 1 of 3 gdb runs that ended so showed this one",
    );
  });

  test("a capture of another signal is not taken for these attempts", () => {
    const abort = { signal: "SIGABRT", number: 6, code: -6, codeName: "SI_TKILL", address: null, sender: 7 };
    const [found] = groupSignatures([group(SEGV, 3)], [crashIn("f", { siginfo: abort })]);
    expect(found).toMatchObject({ title: "SIGSEGV", evidence: { siginfo: null } });
    expect(found?.evidence.incomplete).toEqual(["no native trace: gdb was not run"]);
  });

  test("a signal that the program survived is no crash", () => {
    const [found] = groupSignatures([group(SEGV, 3)], [crashIn("f", { fatal: false })], {
      "crash SIGSEGV": 1,
    });
    expect(found?.evidence.incomplete).toEqual([
      "no native trace: 1 run under gdb, or watched for it, did not crash so",
    ]);
  });

  test("exits, time-outs and crashes stay apart", () => {
    const late = { ...group(9, 2), outcome: outcomeOf({ status: 9, timedOut: true }), key: "timeout" };
    const found = groupSignatures([group(3 << 8, 5), group(SEGV, 4), late], [crashIn("f")]);
    expect(found.map(({ title }) => title)).toEqual([
      "exit status 3",
      "SIGSEGV in f, called from main",
      "time-out: still running at its time limit",
    ]);
  });

  test("two hangs are two signatures, and without a look by gdb one that says so", () => {
    const attempt = { status: 9, timedOut: true };
    const late = { ...group(9, 6), outcome: outcomeOf(attempt), key: attemptKey(attempt, null) };
    const hangIn = (name: string): NativeCapture => {
      const capture = crashIn(name, { hang: true, fatal: false });
      return { ...capture, threads: capture.threads.map((thread) => ({ ...thread, crashed: false })) };
    };
    const found = groupSignatures([late], [hangIn("f"), hangIn("g"), crashIn("h")]);
    expect(found.map(({ title, count, evidence }) => [title, count, evidence.siginfo])).toEqual([
      ["hang in f, called from main", 3, null],
      ["hang in g, called from main", 3, null],
    ]);
    const [unseen] = groupSignatures([late], [], { timeout: 2 });
    expect(unseen).toMatchObject({ title: "time-out: still running at its time limit" });
    expect(unseen?.evidence.incomplete).toEqual(["no native trace: 2 runs under gdb ended in time"]);
  });

  test("exits that a sanitizer tells apart are two signatures", () => {
    const said = (what: string): string =>
      `=================================================================\n==7==ERROR: AddressSanitizer: ${what} on address 0x602000000010\n` +
      `READ of size 1 at 0x602000000010 thread T0\n    #0 0x55d1 in use /src/main.c:3\n    #1 0x55e1 in main /src/main.c:9\n`;
    const found = ["heap-use-after-free", "heap-buffer-overflow"].map((what, i): KeyGroup => {
      const sanitizer = sanitizerReportOf(said(what));
      const attempt = { status: 1 << 8, timedOut: false };
      const key = attemptKey(attempt, null, sanitizer);
      const outcome = outcomeOf(attempt);
      return {
        key,
        outcome,
        count: 5 - i,
        firstAttempt: i + 1,
        goTrace: null,
        sanitizer,
        output: null,
        notes: [],
      };
    });
    expect(new Set(found.map(({ key }) => key)).size).toBe(2);
    expect(groupSignatures(found, [])).toMatchObject([
      {
        title: "AddressSanitizer: heap-use-after-free in use, called from main",
        count: 5,
        outcome: { exitCode: 1 },
      },
      { title: "AddressSanitizer: heap-buffer-overflow in use, called from main", count: 4 },
    ]);
  });

  test("a child's crash is evidence of the exit status that its parent made of it", () => {
    const [found] = groupSignatures([group(3 << 8, 5)], [crashIn("f", { main: false })]);
    expect(found).toMatchObject({
      title: "exit status 3, after a child's SIGSEGV in f, called from main",
      evidence: { siginfo: { signal: "SIGSEGV" } },
    });
    expect(found?.evidence.incomplete).toEqual([]);
  });

  test("a child's crash belongs to the exit that says what its parent said of it", () => {
    const saying = (text: string): KeyGroup => {
      const bytes = Buffer.from(text);
      const stream = { total: bytes.length, head: bytes, tail: Buffer.alloc(0) };
      const output = { stdout: { ...stream, total: 0, head: Buffer.alloc(0) }, stderr: stream };
      const attempt = { status: 1 << 8, timedOut: false, output };
      const key = attemptKey(attempt, null);
      return { ...group(1 << 8, 3), key, output };
    };
    const capture = crashIn("f", { main: false, stderr: "pool: worker 218 failed\n" });
    const found = groupSignatures([saying("no such file\n"), saying("pool: worker 77 failed\n")], [capture]);
    expect(found.map(({ title }) => title).sort()).toEqual([
      "exit status 1: no such file",
      "exit status 1: pool: worker 77 failed, after a child's SIGSEGV in f, called from main",
    ]);
    expect(new Set(found.map(({ id }) => id)).size).toBe(2);
  });

  test("Go's frames and gdb's give one signature", () => {
    const stderr =
      "SIGSEGV: segmentation violation\nPC=0x46bf10 m=0 sigcode=1 addr=0x0\nsignal arrived during cgo execution\n\n" +
      "goroutine 1 [syscall]:\nruntime.cgocall(0x46bf20, 0xc000048f28)\n\t/go/src/runtime/cgocall.go:167 +0x4b\n" +
      "main._Cfunc_f(0x0)\n\t_cgo_gotypes.go:53 +0x45\nmain.inspect(...)\n\t/x/main.go:11\nmain.main()\n\t/x/main.go:13 +0x26\n";
    const found = groupSignatures([group(2 << 8, 9, stderr)], [crashIn("f", { stderr })]);
    expect(found).toMatchObject([{ title: "SIGSEGV in f, called from main.inspect", count: 9 }]);
    expect(found[0]?.evidence.go).not.toBeNull();
  });

  test("groups of one signature are one", () => {
    const one = group(SEGV, 3);
    const found = groupSignatures(
      [one, { ...one, key: "crash SIGSEGV, other output", count: 2, firstAttempt: 1 }],
      [],
    );
    expect(found).toMatchObject([{ count: 5, firstAttempt: 1 }]);
  });
});

test("a number is shared out whole and in proportion", () => {
  fc.assert(
    fc.property(
      fc.nat(1e6),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 }),
      (total, weights) => {
        const shares = shareOut(total, weights);
        const sum = weights.reduce((a, b) => a + b, 0);
        expect(shares.reduce((a, b) => a + b, 0)).toBe(total);
        shares.forEach((share, i) => {
          expect(Math.abs(share - (total * (weights[i] ?? 0)) / sum)).toBeLessThan(1);
        });
      },
    ),
  );
});
