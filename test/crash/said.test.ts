import { describe, expect, test } from "vitest";
import { attemptKey } from "../../src/crash/key.js";
import { lastLine, lastLineOf, saidShape } from "../../src/crash/said.js";
import { signatureOf } from "../../src/crash/signature.js";

const stream = (text: string) => ({ head: Buffer.from(text), tail: Buffer.alloc(0), total: text.length });
const output = (stderr: string, stdout = "") => ({ stdout: stream(stdout), stderr: stream(stderr) });
const exit = (status: number, stderr: string, stdout = "") => ({
  status: status << 8,
  timedOut: false,
  output: output(stderr, stdout),
});

describe("what a program said last", () => {
  test("is the last line of standard error that is not blank, else of standard output", () => {
    expect(lastLine({ stderr: "usage: x\nerror: no such table\n\n", stdout: "one" })).toBe(
      "error: no such table",
    );
    expect(lastLine({ stderr: " \n", stdout: "FAIL: 3 of 7\n" })).toBe("FAIL: 3 of 7");
    expect(lastLine({ stderr: "", stdout: "" })).toBeNull();
    expect(lastLineOf(null)).toBeNull();
  });

  test("keeps no control characters", () => {
    expect(lastLineOf(output("\u001b[31merror\u0007\n"))).not.toMatch(/[\u0000-\u001f]/);
  });

  test.each([
    ["error: 17 of 40 failed after 3.25s", "error: # of # failed after #"],
    ["2026/11/27 13:22:01 connection refused", "#/#/# # connection refused"],
    ["lost 0xdeadbeef at 0x7ffe12", "lost # at #"],
  ])("%s has the shape %s", (said, shape) => {
    expect(saidShape(said)).toBe(shape);
  });
});

describe("two errors with one status", () => {
  const keyOf = (stderr: string, stdout = "") => attemptKey(exit(1, stderr, stdout), null);

  test("are two ends, whatever numbers stand in them", () => {
    expect(keyOf("error: the table is locked\n")).not.toBe(keyOf("error: the disk is full\n"));
    expect(keyOf("error: row 17\n")).toBe(keyOf("error: row 18\n"));
    expect(keyOf("")).toBe("exit 1");
  });

  test("have two signatures, whose titles say them", () => {
    const of = (stderr: string) =>
      signatureOf(
        {
          go: null,
          siginfo: null,
          threads: [],
          explanation: null,
          output: { stdout: "", stderr, dropped: 0 },
        },
        { kind: "exit", signal: null, exitCode: 1 },
      );
    const [locked, full] = [of("error: the table is locked\n"), of("error: the disk is full\n")];
    expect(locked.title).toBe("exit status 1: error: the table is locked");
    expect(locked.id).not.toBe(full.id);
    expect(of("").title).toBe("exit status 1");
  });
});

test("clean attempts that print another text are told apart, numbers aside", () => {
  const clean = (stdout: string) => attemptKey(exit(0, "", stdout), null);
  expect(clean("sum 4\n")).toBe(clean("sum 5\n"));
  expect(clean("sum 4\n")).not.toBe(clean("total 4\n"));
  expect(clean("")).toBe("clean");
});

test.each([
  [
    "Fortran's message before its backtrace",
    "At line 6 of file fort.f90\nFortran runtime error: Index '11' of dimension 1 of array 'a' above upper bound of 10\n\nError termination. Backtrace:\n at /repro/fort.f90:6\n#4  0x562816b362dc in main\n at /repro/fort.f90:9\n",
    "Fortran runtime error: Index '11' of dimension 1 of array 'a' above upper bound of 10",
  ],
  [
    "the panic of a thread, and not that of who joined it",
    "thread '<unnamed>' panicked at 'called `Option::unwrap()` on a `None` value', u.rs:4:15\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\nthread 'main' panicked at 'called `Result::unwrap()` on an `Err` value: Any { .. }', u.rs:10:29\n",
    "thread '<unnamed>' panicked at 'called `Option::unwrap()` on a `None` value', u.rs:4:15",
  ],
  [
    "a panic's message on a line of its own",
    "\nthread 'main' (4021) panicked at src/main.rs:9:5:\nindex out of bounds: the len is 3 but the index is 7\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n",
    "thread 'main' (4021) panicked at src/main.rs:9:5: index out of bounds: the len is 3 but the index is 7",
  ],
])("the cause that a runtime names first is what counts: %s", (_what, stderr, said) => {
  expect(lastLine({ stderr, stdout: "" })).toBe(said);
});
