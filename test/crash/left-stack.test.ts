import { describe, expect, test } from "vitest";
import type { Mapping, NativeCapture } from "../../src/crash/evidence.js";
import { explain } from "../../src/crash/explain/explain.js";
import { signatureOf } from "../../src/crash/signature.js";
import { captureOf, frameOf } from "./captures.js";

const mapping = (start: string, end: string, permissions = "rw-p", path: string | null = null): Mapping => ({
  start,
  end,
  permissions,
  path,
});

interface Fault {
  readonly address: string;
  readonly rsp: string;
  readonly rbp: string;
  readonly text: string;
  readonly thread: { readonly number: number; readonly fsBase: string; readonly callerSp?: string };
  readonly mappings: readonly Mapping[];
  readonly functions: readonly string[];
}

function captured(fault: Fault): NativeCapture {
  const siginfo = { signal: "SIGSEGV", number: 11, code: 1, codeName: "SEGV_MAPERR", sender: null };
  const frames = fault.functions.map((name) => frameOf(name, { file: "/repro/main.c", line: 4 }));
  const capture = captureOf({ ...siginfo, address: fault.address }, frames, {
    registers: { rip: "0x401144", rsp: fault.rsp, rbp: fault.rbp },
    mappings: [...fault.mappings],
    disassembly: [
      {
        address: "0x401144",
        function: fault.functions[0] ?? null,
        offset: 11,
        text: fault.text,
        current: true,
      },
    ],
  });
  return { ...capture, threads: capture.threads.map((thread) => ({ ...thread, ...fault.thread })) };
}

/** As seen of test/corpus/cases/guard on musl 1.2.3: the stack below belongs to the next thread. */
const GUARD: Fault = {
  address: "0x7f2a5ee80e6c",
  rsp: "0x7f2a5ee80e60",
  rbp: "0x7f2a5ee8ce70",
  text: "mov    %edi,-0xc004(%rbp)",
  thread: { number: 2, fsBase: "0x7f2a5eea4f38" },
  mappings: [
    mapping("0x7f2a5ee61000", "0x7f2a5ee82000"),
    mapping("0x7f2a5ee82000", "0x7f2a5ee84000", "---p"),
    mapping("0x7f2a5ee84000", "0x7f2a5eea5000"),
  ],
  functions: ["deep", "deep", "work"],
};

/** As seen of test/corpus/cases/bigframe on glibc 2.36. */
const MAIN: Fault = {
  address: "0x7ffe5797c01c",
  rsp: "0x7ffe5797c000",
  rbp: "0x7ffe58aa68b0",
  text: "mov    %edi,-0x112a894(%rbp)",
  thread: { number: 1, fsBase: "0x4c83c0" },
  mappings: [
    mapping("0x4c8000", "0x4ea000", "rw-p", "[heap]"),
    mapping("0x7ffe58a87000", "0x7ffe58aa8000", "rw-p", "[stack]"),
  ],
  functions: ["trace", "main"],
};

/** As seen of a handler with a frame of 96 KiB on a stack of 32 KiB. */
const ALTERNATE: Fault = {
  address: "0x7f9323d3346c",
  rsp: "0x7f9323d33460",
  rbp: "0x7f9323d4b470",
  text: "mov    %edi,-0x18004(%rbp)",
  thread: { number: 1, fsBase: "0x4c83c0", callerSp: "0x7f9323d4aff0" },
  mappings: [
    mapping("0x7f9323d42000", "0x7f9323d43000", "---p"),
    mapping("0x7f9323d43000", "0x7f9323d4b000"),
    mapping("0x7ffe58a87000", "0x7ffe58aa8000", "rw-p", "[stack]"),
  ],
  functions: ["on_alarm", "__restore_rt", "raise", "main"],
};

describe("a frame that does not fit on its stack", () => {
  test("steps over the guard of a thread's stack, whatever is mapped below it", () => {
    const { kind, text } = explain(captured(GUARD));
    expect(kind).toBe("stack-overflow");
    expect(text).toContain("the stack of thread 2 is full: 132 KiB from 0x7f2a5ee84000 to 0x7f2a5eea5000");
    expect(text).toContain("lies 12 KiB below it");
    expect(text).not.toContain("mapped rw-p");
  });

  test("leaves the main thread's stack, however large it is", () => {
    const capture = captured(MAIN);
    const explanation = explain(capture);
    expect(explanation.kind).toBe("stack-overflow");
    const { siginfo, threads } = capture;
    const outcome = { kind: "crash", signal: "SIGSEGV", exitCode: null } as const;
    expect(signatureOf({ go: null, siginfo, threads, explanation }, outcome).title).toBe(
      "SIGSEGV: stack overflow in trace",
    );
  });

  test("leaves the stack that a signal handler runs on, which its caller is still on", () => {
    const { kind, text } = explain(captured(ALTERNATE));
    expect(kind).toBe("stack-overflow");
    expect(text).toContain(
      "the alternate stack of thread 1, which its signal handlers run on, is full: 32 KiB",
    );
    expect(text).toContain("lies 63 KiB below it");
  });

  test.each<[string, Partial<Fault>]>([
    ["rsp is on the thread's stack", { rsp: "0x7f2a5ee8ce00" }],
    ["what failed is no access of the frame", { rbp: "0x1000c004", address: "0x10000000" }],
    [
      "rsp lies on a stack far away, as where coroutines have theirs",
      { thread: { number: 2, fsBase: "0x7fff00000010" } },
    ],
  ])("is not taken for one where %s", (_what, change) => {
    expect(explain(captured({ ...GUARD, ...change })).kind).not.toBe("stack-overflow");
  });
});

/** As seen of a thread of Go's that called C on musl 1.2.3: the kernel shows the stacks of several threads as one mapping. */
test("of stacks that the kernel shows as one mapping, a thread's own ends at its record", () => {
  const fault: Fault = {
    address: "0x7f7c7ad8c000",
    rsp: "0x7f7c7ad8acb8",
    rbp: "0x7f7c7ad8c000",
    text: "mov    %rax,(%rbp)",
    thread: { number: 6, fsBase: "0x7f7c7adaef38" },
    mappings: [
      mapping("0x7f7c7ad8c000", "0x7f7c7ad8e000", "---p"),
      mapping("0x7f7c7ad8e000", "0x7f7c7d000000"),
    ],
    functions: ["memset", "deep"],
  };
  const seen = captured(fault);
  const threads = seen.threads.map((thread) => ({
    ...thread,
    frames: thread.frames.map((frame, i) => (i === 0 ? { ...frame, file: null, line: null } : frame)),
  }));
  const explanation = explain({ ...seen, threads });
  expect(explanation.text).toContain(
    "the stack of thread 6 is full: 136 KiB from 0x7f7c7ad8e000 to 0x7f7c7adb0000",
  );
  const { title } = signatureOf(
    { go: null, siginfo: null, threads, explanation, debugInfo: true },
    { kind: "crash", signal: "SIGSEGV", exitCode: null },
  );
  expect(title).toBe("SIGSEGV: stack overflow in memset, called from deep");
});
