import { beforeAll, describe, expect, it } from "vitest";
import type { NativeCapture } from "../../src/crash/evidence.js";
import { explain } from "../../src/crash/explain.js";
import { readCapture } from "../../src/crash/native.js";
import { connect } from "../../src/docker/connect.js";
import type { Cell } from "../../src/plan/plan.js";
import { captureNative, type Captured } from "../../src/run/capture.js";
import { openEngine } from "./engines.js";
import { faultImage, SUITES, type FaultImage } from "./fault-image.js";

/** What one run under gdb must show of a program, and how it must be explained. */
interface Case {
  readonly program: string;
  readonly signal: string;
  readonly code: string;
  /** Functions of the crashing thread's stack, in this order, others between them. */
  readonly stack: readonly string[];
  readonly kind: string;
  /** The marked instruction. */
  readonly instruction?: RegExp;
  readonly address?: RegExp;
  readonly abortMessage?: RegExp | undefined;
  readonly child?: boolean;
  /** The same on musl, where that differs. */
  readonly musl?: Partial<Case>;
  readonly underGo?: Partial<Case> | false;
}

const main = (program: string): string[] => [program, "main"];

const CASES: readonly Case[] = [
  {
    program: "null-dereference",
    signal: "SIGSEGV",
    code: "SEGV_MAPERR",
    stack: main("read_value"),
    kind: "null-dereference",
    instruction: /^mov +\(%r..\),%eax$/,
    address: /^0x0$/,
  },
  {
    program: "near-null",
    signal: "SIGSEGV",
    code: "SEGV_MAPERR",
    stack: main("follow"),
    kind: "near-null",
    instruction: /^mov +0x48\(%r..\),%rax$/,
    address: /^0x48$/,
  },
  {
    program: "wild-pointer",
    signal: "SIGSEGV",
    code: "SEGV_MAPERR",
    stack: main("pick"),
    kind: "wild-pointer",
    instruction: /^mov +\(%r..,%r..,4\),%eax$/,
    address: /^0x123450000040$/,
  },
  {
    program: "non-canonical",
    signal: "SIGSEGV",
    code: "SI_KERNEL",
    stack: main("pick"),
    kind: "non-canonical",
    instruction: /^mov +\(%r..,%r..,4\),%eax$/,
  },
  {
    program: "stack-overflow",
    signal: "SIGSEGV",
    code: "SEGV_MAPERR",
    stack: ["descend", "descend", "descend"],
    kind: "stack-overflow",
  },
  {
    program: "write-to-read-only",
    signal: "SIGSEGV",
    code: "SEGV_ACCERR",
    stack: main("shout"),
    kind: "write-to-read-only",
    instruction: /^movb +\$0x56,\(%r..\)$/,
  },
  {
    program: "execute-bad-address",
    signal: "SIGSEGV",
    code: "SEGV_MAPERR",
    stack: main("invoke"),
    kind: "execute-bad-address",
    address: /^0x0$/,
  },
  {
    program: "use-after-unmap",
    signal: "SIGSEGV",
    code: "SEGV_MAPERR",
    stack: main("peek"),
    kind: "wild-pointer",
    instruction: /^mov +0xc\(%r..\),%eax$/,
  },
  {
    program: "abort-assertion",
    signal: "SIGABRT",
    code: "SI_TKILL",
    stack: ["abort", "__assert_fail", "check", "main"],
    kind: "abort",
    abortMessage: /abort-assertion\.c:5: check: Assertion `cells == 8 && "every cell is filled"' failed\.$/,
    musl: { stack: [], abortMessage: undefined },
  },
  {
    program: "abort-malloc",
    signal: "SIGABRT",
    code: "SI_TKILL",
    stack: ["abort", "malloc_printerr", "release", "main"],
    kind: "abort",
    abortMessage: /^free\(\): double free detected in tcache 2$/,
    musl: {
      signal: "SIGSEGV",
      code: "SEGV_MAPERR",
      stack: [],
      abortMessage: undefined,
      kind: "wild-pointer",
    },
  },
  {
    program: "abort-smashed-stack",
    signal: "SIGABRT",
    code: "SI_TKILL",
    stack: ["abort", "victim"],
    kind: "abort",
    abortMessage: /^\*\*\* stack smashing detected \*\*\*: terminated$/,
    musl: { signal: "SIGSEGV", code: "SI_KERNEL", stack: [], abortMessage: undefined, kind: "trap" },
  },
  {
    program: "illegal-instruction",
    signal: "SIGILL",
    code: "ILL_OPN",
    stack: main("unreachable"),
    kind: "illegal-instruction",
    instruction: /^ud2$/,
  },
  {
    program: "division",
    signal: "SIGFPE",
    code: "FPE_INTDIV",
    stack: main("share"),
    kind: "division",
    instruction: /^idivl? /,
  },
  {
    program: "bus-error",
    signal: "SIGBUS",
    code: "BUS_ADRERR",
    stack: main("peek"),
    kind: "bus-error",
    instruction: /^movsbl 0x5\(%r..\),%eax$/,
  },
  {
    program: "trap",
    signal: "SIGTRAP",
    code: "SI_KERNEL",
    stack: main("stop_here"),
    kind: "trap",
    instruction: /^int3$/,
  },
  {
    program: "sent-signal",
    signal: "SIGTERM",
    code: "SI_USER",
    stack: ["kill", "main"],
    kind: "sent-signal",
    musl: { stack: ["kill"] },
    // Go's handler restores the default and sends it to itself.
    underGo: { code: "SI_TKILL", stack: ["runtime.raise", "runtime.dieFromSignal"] },
  },
  {
    program: "thread",
    signal: "SIGSEGV",
    code: "SEGV_MAPERR",
    stack: ["crash"],
    kind: "null-dereference",
    instruction: /^movl +\$0x1,\(%r..\)$/,
  },
];

const OTHERS: readonly Case[] = [
  {
    program: "child",
    signal: "SIGSEGV",
    code: "SEGV_MAPERR",
    stack: main("crash"),
    kind: "null-dereference",
    child: true,
  },
  {
    program: "executed-child",
    signal: "SIGABRT",
    code: "SI_TKILL",
    stack: ["abort", "main"],
    kind: "abort",
    child: true,
    musl: { stack: [] },
  },
  {
    program: "handler-exits",
    signal: "SIGSEGV",
    code: "SEGV_MAPERR",
    stack: main("crash"),
    kind: "null-dereference",
  },
  {
    program: "handler-raises",
    signal: "SIGSEGV",
    code: "SEGV_MAPERR",
    stack: main("crash"),
    kind: "null-dereference",
  },
];

let engine: Awaited<ReturnType<typeof openEngine>>;
const images = new Map<string, FaultImage>();
beforeAll(async () => {
  const builder = await connect({ env: process.env });
  for (const suite of SUITES) images.set(suite, await faultImage(builder, suite));
  builder.close();
});

/** One run of a program under gdb. */
async function capture(suite: string, program: string, run: Partial<Cell["run"]> = {}): Promise<Captured> {
  engine = await openEngine();
  const image = images.get(suite) as FaultImage;
  return captureNative({
    engine,
    cell: { ...image.cell, run: { ...image.cell.run, ...run } },
    binary: image.binary(program),
    budget: { attempts: 1, timeoutMs: 30_000 },
    labels: { "vivarium.test": "capture" },
    signal: new AbortController().signal,
    sink: () => undefined,
  });
}

function read(captured: Captured): NativeCapture[] {
  return captured.captures.map(({ json }) => {
    const result = readCapture(json);
    if ("refused" in result) throw new Error(result.refused);
    return result.capture;
  });
}

/** The one fatal capture; the others were survived. */
function fatal(captured: Captured): NativeCapture {
  const found = read(captured).filter((each) => each.fatal);
  expect(captured.problems).toEqual([]);
  expect(found).toHaveLength(1);
  return found[0] as NativeCapture;
}

function check(found: NativeCapture, expected: Case): void {
  const thread = found.threads.find((each) => each.crashed);
  const functions = thread?.frames.map((frame) => frame.function?.replace(/^__GI_/, "")) ?? [];
  const [marked, ...more] = found.disassembly.filter((each) => each.current);
  expect({
    signal: found.siginfo.signal,
    code: found.siginfo.codeName,
    stack: expected.stack.filter((name) => functions.includes(name)),
    kind: explain(found).kind,
    child: !found.main,
  }).toEqual({
    signal: expected.signal,
    code: expected.code,
    stack: expected.stack,
    kind: expected.kind,
    child: expected.child ?? false,
  });
  expect(more).toEqual([]);
  if (expected.instruction) expect(marked?.text).toMatch(expected.instruction);
  if (expected.address) expect(found.siginfo.address).toMatch(expected.address);
  if (expected.abortMessage) expect(found.abortMessage).toMatch(expected.abortMessage);
  expect(found.registers["rip"]).toBe(thread?.frames[0]?.address);
  expect(found.registers["fs_base"]).toBe(thread?.fsBase);
}

describe.each(SUITES)("gdb's capture on %s", (suite) => {
  describe.each(["static", "dynamic"])("of a C program linked %s", (link) => {
    it.each([...CASES, ...OTHERS])("that dies of $program", async (expected) => {
      check(fatal(await capture(suite, `${expected.program}.${link}`)), expected);
    });
  });

  describe("of a C program with musl", () => {
    it.each([...CASES, ...OTHERS])("that dies of $program", async (expected) => {
      const found = fatal(await capture(suite, `${expected.program}.musl`));
      check(found, { ...expected, ...expected.musl });
      expect(found.libraries).toEqual([]);
    });
  });

  describe.each(["static", "dynamic"])("of a Go program linked %s", (link) => {
    it.each(CASES.filter(({ program }) => program !== "abort-smashed-stack"))(
      "that dies of $program in C",
      async (expected) => {
        const stack = expected.stack.map((name) => (name === "main" ? "fault" : name));
        check(fatal(await capture(suite, `cgo-${expected.program}.${link}`)), {
          ...expected,
          stack,
          ...expected.underGo,
        });
      },
    );
  });
});
