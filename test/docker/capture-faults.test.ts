import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NativeCapture } from "../../src/crash/evidence.js";
import { explain } from "../../src/crash/explain/explain.js";
import { connect } from "../../src/docker/connection/connect.js";
import type { Engine } from "../../src/docker/engine.js";
import type { CaptureBudget } from "../../src/run/capture/capture.js";
import { captureProgram, readAll } from "./capture-program.js";
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
    musl: {
      signal: "SIGSEGV",
      code: "SI_KERNEL",
      stack: [],
      abortMessage: undefined,
      kind: "abort",
    },
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

const images = new Map<string, FaultImage>();
/** One for all: each test waits for a container of its own, and several at a time take the time of the longest. */
let engine: Engine;
beforeAll(async () => {
  engine = await connect({ env: process.env });
  for (const suite of SUITES) images.set(suite, await faultImage(engine, suite));
});
afterAll(async () => {
  await engine.removeAllLive();
  engine.close();
});

/** What one run of a program under gdb saw of its death: exactly one fatal signal. */
async function death(
  suite: string,
  program: string,
  budget: Partial<CaptureBudget> = {},
): Promise<NativeCapture> {
  const captured = await captureProgram(images.get(suite) as FaultImage, program, {}, budget, engine);
  const found = readAll(captured).filter((each) => each.fatal);
  expect(captured.problems).toEqual([]);
  expect(found).toHaveLength(1);
  return found[0] as NativeCapture;
}

/** Those of the names that stand in the list, each after the one before it. */
function inOrder(names: readonly string[], list: readonly (string | undefined)[]): string[] {
  let from = 0;
  return names.filter((name) => {
    const at = list.indexOf(name, from);
    if (at >= 0) from = at + 1;
    return at >= 0;
  });
}

function check(found: NativeCapture, expected: Case): void {
  const thread = found.threads.find((each) => each.crashed);
  const functions = thread?.frames.map((frame) => frame.function?.replace(/^__GI_/, "")) ?? [];
  const [marked, ...more] = found.disassembly.filter((each) => each.current);
  // Below a thread's stack lies a page that may not be touched, below the main thread's (number 1) nothing. Go chooses the thread.
  const guarded = expected.kind === "stack-overflow" && thread?.number !== 1;
  expect({
    signal: found.siginfo.signal,
    code: found.siginfo.codeName,
    stack: inOrder(expected.stack, functions),
    kind: explain(found).kind,
    child: !found.main,
  }).toEqual({
    signal: expected.signal,
    code: guarded ? "SEGV_ACCERR" : expected.code,
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

describe.concurrent.each(SUITES)("gdb's capture on %s", (suite) => {
  describe.each(["static", "dynamic"])("of a C program linked %s", (link) => {
    it.each([...CASES, ...OTHERS])("that dies of $program", async (expected) => {
      check(await death(suite, `${expected.program}.${link}`), expected);
    });
  });

  describe("of a C program with musl", () => {
    it.each([...CASES, ...OTHERS])("that dies of $program", async (expected) => {
      const found = await death(suite, `${expected.program}.musl`);
      check(found, { ...expected, ...expected.musl });
      expect(found.libraries).toEqual([]);
    });
  });

  describe.each(["static", "dynamic"])("of a Go program linked %s", (link) => {
    it.each(CASES.filter(({ program }) => program !== "abort-smashed-stack"))(
      "that dies of $program in C",
      async (expected) => {
        const stack = expected.stack.map((name) => (name === "main" ? "fault" : name));
        check(await death(suite, `cgo-${expected.program}.${link}`), {
          ...expected,
          stack,
          ...expected.underGo,
        });
      },
    );
  });
});

/** No run under gdb: the crash is watched for, and comes in the first run. */
const WATCHED: Partial<CaptureBudget> = { attempts: 0, watched: { runs: 20, timeoutMs: 20_000 } };
/** How gdb comes to a program makes no difference to what it sees there: CI does with one kind of link. */
const WATCHED_LINKS = SUITES.length > 1 ? ["static", "dynamic", "musl"] : ["static"];
/** A signal that a process sends comes once: there is none to come again for gdb. */
const ONCE = ["trap", "sent-signal"];

describe.concurrent.each(SUITES)("gdb, attached to a run that crashes on %s", (suite) => {
  const cases = [...CASES, ...OTHERS.filter(({ child }) => child !== true)].filter(
    ({ program }) => !ONCE.includes(program),
  );

  it.each(WATCHED_LINKS.flatMap((link) => cases.map((each) => ({ ...each, link }))))(
    "that dies of $program, linked $link",
    async ({ link, ...expected }) => {
      const found = await death(suite, `${expected.program}.${link}`, WATCHED);
      check(found, link === "musl" ? { ...expected, ...expected.musl } : expected);
      expect(found.incomplete.join()).toContain("gdb was attached at the crash only, in run 1 without it");
    },
  );

  it.each(
    ["static", "dynamic"].flatMap((link) =>
      ["near-null", "abort-malloc"].map((program) => ({ link, program })),
    ),
  )("a Go program that dies of $program in C, linked $link", async ({ link, program }) => {
    const [expected] = CASES.filter((each) => each.program === program) as [Case];
    const stack = expected.stack.map((name) => (name === "main" ? "fault" : name));
    check(await death(suite, `cgo-${program}.${link}`, WATCHED), { ...expected, stack });
  });

  it.each(["clean.static", ...ONCE.map((program) => `${program}.static`)])(
    "is not, where %s gives it nothing to come back to",
    async (program) => {
      const captured = await captureProgram(images.get(suite) as FaultImage, program, {}, WATCHED, engine);
      expect(captured).toMatchObject({ captures: [], problems: [], tried: 20 });
    },
  );

  it("says of a fault that the program survives that it did, and goes on", async () => {
    const budget = { attempts: 0, watched: { runs: 20, timeoutMs: 2_000 } };
    const captured = await captureProgram(
      images.get(suite) as FaultImage,
      "go-nil-recovered",
      {},
      budget,
      engine,
    );
    expect(captured.problems).toEqual([]);
    expect(captured.captures.map(({ fatal }) => fatal)).not.toContain(true);
  });
});
