import { describe, expect, test } from "vitest";
import { explain } from "../../../src/crash/explain/explain.js";
import type { Explained } from "../../../src/crash/explain/explained.js";
import { codeName } from "../../../src/crash/signal.js";
import { partialFrame, partialSignal, partialThread } from "../../../src/crash/read/partial-capture.js";

interface Given {
  readonly signal?: string;
  readonly code?: number;
  readonly address?: string | null;
  /** Instructions, four bytes each from 0x401000; the one with `=>` faulted. */
  readonly code_: readonly string[];
  readonly registers?: Readonly<Record<string, string>>;
  readonly where?: string;
  readonly mappings?: Explained["mappings"];
}

/** What only a rare processor or libc would show: made by hand, the rest is in test/corpus/native. */
function explained({
  signal = "SIGSEGV",
  code = 1,
  address = null,
  code_,
  registers = {},
  where = "f",
  mappings = [],
}: Given) {
  const disassembly = code_.map((line, i) => ({
    address: `0x${(0x401000 + 4 * i).toString(16)}`,
    function: where,
    offset: 4 * i,
    text: line.replace(/^=> /, ""),
    current: line.startsWith("=> "),
  }));
  const known = { module: "program", offset: "0x1000", address: "0x401000" };
  const frames = [partialFrame({ function: where, ...known })];
  const thread = partialThread({ number: 1, lwp: 7, crashed: true, frames });
  const siginfo = partialSignal(signal, { code, codeName: codeName(signal, code), address });
  const none = { libraries: [], abortMessage: null, threadLocals: [], stderr: "" };
  return explain({ siginfo, threads: [thread], registers: { ...registers }, disassembly, mappings, ...none });
}

describe("a fault, explained", () => {
  test("an operand that does not give the kernel's address is not claimed", () => {
    const { kind, text } = explained({
      address: "0x99",
      code_: ["=> mov 0x8(%rax),%rax"],
      registers: { rax: "0x0" },
    });
    expect(kind).toBe("unknown");
    expect(text).toContain("the two do not agree");
  });

  test("musl's allocator ends a program with hlt", () => {
    const given = { code: 128, address: "0x0", code_: ["=> hlt"] };
    expect(explained({ ...given, where: "get_meta" }).kind).toBe("abort");
    expect(explained({ ...given, where: "__stack_chk_fail_local" })).toMatchObject({
      kind: "abort",
      text: "hlt: stack smashing detected (musl's __stack_chk_fail)",
    });
    expect(explained(given)).toMatchObject({
      kind: "illegal-instruction",
      text: expect.stringContaining("privileged"),
    });
  });

  test("musl's allocator reads where no block of its own is", () => {
    const fault = {
      address: "0x7f1c4f10c03d",
      code_: ["=> movzbl -0x3(%rdi),%eax"],
      registers: { rdi: "0x7f1c4f10c040" },
    };
    expect(explained({ ...fault, where: "get_meta" }).facts).toContainEqual(
      expect.stringContaining("musl's free or realloc was given a pointer that is no living block"),
    );
    expect(explained(fault).facts.join()).not.toContain("musl");
  });

  test("an access that is not aligned as it must be", () => {
    const registers = { rsp: "0x7ffc00000008" };
    const { kind, text, facts } = explained({
      code: 128,
      address: "0x0",
      code_: ["=> movaps %xmm0,0x10(%rsp)"],
      registers,
    });
    expect(kind).toBe("misaligned");
    expect(text).toBe(
      "write of 0x7ffc00000018 = 0x10 + rsp (0x7ffc00000008), which movaps needs to be a multiple of 16",
    );
    expect(facts).toEqual(["the stack is not aligned: rsp is 0x7ffc00000008"]);
  });

  test("a general protection fault without a reason that shows is unknown", () => {
    expect(
      explained({ code: 128, address: "0x0", code_: ["=> mov (%rax),%rax"], registers: { rax: "0x1000" } })
        .kind,
    ).toBe("unknown");
  });

  test("a jump and a return to where no address is", () => {
    const registers = { rax: "0x4141414141414141", rsp: "0x7ffc00000000" };
    const given = { code: 128, address: "0x0", registers };
    expect(explained({ ...given, code_: ["=> call *%rax"] })).toMatchObject({ kind: "non-canonical" });
    expect(explained({ ...given, code_: ["=> ret"] })).toMatchObject({ kind: "non-canonical" });
  });

  test("thread-local operands count from fs_base", () => {
    const { text, operand } = explained({
      address: "0x7f0000000ff8",
      code_: ["=> mov %fs:0xfffffffffffffff8,%rax"],
      registers: { fs_base: "0x7f0000001000" },
    });
    expect(text).toContain("read of 0x7f0000000ff8 = fs_base (0x7f0000001000) - 0x8");
    expect(operand?.segment).toEqual({ register: "fs", value: "0x7f0000001000" });
    expect(operand?.text).toBe("%fs:-0x8");
  });

  test("rip-relative operands count from the next instruction", () => {
    const { operand } = explained({ address: "0x401104", code_: ["=> mov %eax,0x100(%rip)", "ret"] });
    expect(operand?.address).toBe("0x401104");
  });

  test("a copy that fails is told by the side that failed", () => {
    const registers = { rsi: "0x7f0000000000", rdi: "0x10" };
    const given = { code_: ["=> rep movsb %ds:(%rsi),%es:(%rdi)"], registers };
    expect(explained({ ...given, address: "0x10" }).text).toMatch(/^write of 0x10 = rdi/);
    expect(explained({ ...given, address: "0x7f0000000000" }).text).toMatch(/^read of 0x7f0000000000 = rsi/);
  });

  test("registers of a program of 32 bits, whose addresses end at 4 GiB", () => {
    const eip = { eip: "0x401000" };
    const below = explained({
      address: "0xfffffff8",
      code_: ["=> mov -0x8(%eax),%edx"],
      registers: { ...eip, eax: "0x0" },
    });
    expect(below).toMatchObject({
      kind: "near-null",
      text: "read of 0xfffffff8 = eax (0) - 0x8",
      operand: { base: { register: "eax" } },
    });
    const jump = explained({ address: "0x401000", code_: ["=> nop"], registers: eip });
    expect(jump.text).toContain("call of or jump to 0x401000");
    expect(jump.operand?.base?.register).toBe("eip");
    const full = explained({
      address: "0xff7fdffc",
      code_: ["=> call 0x401100 <f>"],
      registers: { ...eip, esp: "0xff7fe000" },
      mappings: [{ start: "0xff7fe000", end: "0xffffe000", permissions: "rw-p", path: "[stack]" }],
    });
    expect(full.kind).toBe("stack-overflow");
    expect(full.text).toMatch(
      /^write of 0xff7fdffc = esp \(0xff7fe000\) - 0x4: the stack of thread 1 is full: 8 MiB .* esp 0xff7fe000/,
    );
  });

  test("a push below the stack is the stack's end", () => {
    const mappings = [
      { start: "0x7ffc00001000", end: "0x7ffc00801000", permissions: "rw-p", path: "[stack]" },
    ];
    const registers = { rsp: "0x7ffc00001000" };
    const { kind, text } = explained({
      address: "0x7ffc00000ff8",
      code_: ["=> call 0x401000 <f>"],
      registers,
      mappings,
    });
    expect(kind).toBe("stack-overflow");
    expect(text).toContain("8 MiB");
  });

  test("division: by zero, and a result that does not fit", () => {
    const given = { signal: "SIGFPE", code: 1, code_: ["=> idiv %ecx"] };
    expect(explained({ ...given, registers: { rcx: "0x100000000" } }).text).toContain("by zero: ecx is 0");
    expect(explained({ ...given, registers: { rcx: "0xffffffff" } }).text).toContain(
      "does not fit: divisor ecx is -1",
    );
  });
});

describe("where a pointer came from", () => {
  const registers = { rax: "0x0", rdi: "0x0", rbx: "0x0" };
  const of = (...code_: string[]) => explained({ address: "0x0", code_, registers }).text;

  test("a call", () => {
    expect(of("call 0x402000 <find@plt>", "=> mov (%rax),%eax")).toContain(
      "rax came from the return value of find, called 0 bytes before: null",
    );
  });
  test("a constant, through registers", () => {
    expect(of("xor %edi,%edi", "mov %rdi,%rax", "=> mov (%rax),%eax")).toContain(
      "a constant (`xor %edi,%edi`)",
    );
  });
  test("the function's argument, kept in its frame", () => {
    const text = of(
      "push %rbp",
      "mov %rsp,%rbp",
      "mov %rdi,-0x8(%rbp)",
      "mov -0x8(%rbp),%rax",
      "=> mov (%rax),%eax",
    );
    expect(text).toContain("rax came from the function's argument 1: null");
  });
  test("the function's argument in a program of 32 bits, where the function's frame has it", () => {
    const registers = { eip: "0x401000", eax: "0x0" };
    const told = (code_: readonly string[]): string => explained({ address: "0x4", code_, registers }).text;
    const enter = ["endbr32", "push %ebp", "mov %esp,%ebp", "sub $0x10,%esp"];
    const thunk = "call 0x401100 <__x86.get_pc_thunk.ax>";
    const use = ["mov 0xc(%ebp),%eax", "=> mov 0x4(%eax),%eax"];
    expect(told([...enter, thunk, "mov %ecx,-0x8(%ebp)", ...use])).toContain(
      "eax came from the function's argument 2: null",
    );
    expect(told(["mov 0x4(%esp),%eax", "=> mov 0x4(%eax),%eax"])).toContain("the function's argument 1");
    // What the function itself wrote there, or may have.
    for (const write of ["mov %ecx,0xc(%ebp)", "mov %ecx,(%edx)", "call 0x401200 <g>"])
      expect(told([...enter, write, ...use])).not.toContain("argument");
    // A register holds no argument there.
    expect(told(["=> mov 0x4(%eax),%eax"])).not.toContain("argument");
  });

  test("not past a write to memory that may be the same", () => {
    const text = of("mov %rdi,-0x8(%rbp)", "mov %rcx,(%rdx)", "mov -0x8(%rbp),%rax", "=> mov (%rax),%eax");
    expect(text).toContain("memory at -0x8(%rbp)");
  });
  test("not through a call that may change the register", () => {
    expect(of("mov %rbx,%rdi", "call 0x402000 <g>", "=> mov (%rdi),%eax")).not.toContain("came from");
  });
  test("said to be uncertain where a jump leads past it", () => {
    const text = of("jne 0x401008 <f+8>", "xor %eax,%eax", "=> mov (%rax),%eax");
    expect(text).toContain("perhaps from a constant (`xor %eax,%eax`) (other code paths lead here, too)");
    expect(text).not.toContain("came from");
  });
  test("not of code that an unconditional jump keeps from the fault", () => {
    expect(of("xor %eax,%eax", "jmp 0x401100 <f+256>", "=> mov (%rax),%eax")).not.toContain("constant");
  });
  test("a constant that the register does not hold shows another path", () => {
    const { text } = explained({
      address: "0x5",
      code_: ["xor %eax,%eax", "=> mov (%rax),%eax"],
      registers: { rax: "0x5" },
    });
    expect(text).not.toContain("constant");
  });
});
