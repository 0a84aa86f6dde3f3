import * as z from "zod";
import { ProcessRecord, Waits } from "./hang-record.js";
import { GoTrace } from "./go-trace.js";
import { Hex } from "./hex-schema.js";
import { SanitizerReport } from "./sanitizer-report.js";
import { SourceFile, SourceLine } from "./source-place.js";

export { GoTrace, type GoFrame, type Goroutine } from "./go-trace.js";
export { Hex } from "./hex-schema.js";
export { ProcessRecord } from "./hang-record.js";
export { SanitizerReport, type SanitizerFrame } from "./sanitizer-report.js";

export const SigInfo = z.strictObject({
  signal: z.string().describe("Name of the signal: `SIGSEGV`."),
  number: z.int().describe("Number of the signal: 11."),
  code: z
    .int()
    .nullable()
    .describe("si_code; null where a pasted session does not show it. gdb's captures always have it."),
  codeName: z.string().nullable().describe("`SEGV_MAPERR`, `SI_TKILL` …, or null where unknown."),
  address: Hex.nullable().describe(
    "si_addr of SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP; null for other signals.",
  ),
  sender: z
    .int()
    .nullable()
    .describe("si_pid: the process that sent the signal; null where the kernel sent it."),
});
export type SigInfo = z.infer<typeof SigInfo>;

/** A native frame. `file` and `line` come from debug information, `module` and `offset` hold without it. */
export const Frame = z.strictObject({
  function: z.string().nullable().describe("The function; null where there is no symbol."),
  module: z
    .string()
    .nullable()
    .describe(
      "Soname of the object that holds the code (`libnss_compat.so.2`), else the base name of its file; null for none.",
    ),
  file: SourceFile,
  line: SourceLine,
  offset: Hex.nullable().describe(
    "Offset of the pc in the module, as `addr2line` takes it: the same in every run. Null where it is not known.",
  ),
  address: Hex.describe("The pc: address of the instruction in this run."),
  buildId: z.string().nullable().describe("Build ID of the module; null where it has none."),
  args: z.string().nullable().describe("`uid=0, buflen=1024`, or null where unknown."),
  trusted: z
    .boolean()
    .describe("False where unwind tables were missing on the way to this frame: gdb may have guessed it."),
});
export type Frame = z.infer<typeof Frame>;

export const Thread = z.strictObject({
  number: z.int().describe("gdb's number, in order of creation; 1 is the main thread."),
  lwp: z.int().describe("The kernel's id of the thread."),
  process: z
    .int()
    .optional()
    .describe("Number of its process, for a program that hangs in several; absent for the first process."),
  name: z.string().nullable().describe("The kernel's name of the thread; null where it is not known."),
  crashed: z.boolean().describe("Whether this thread crashed."),
  waits: Waits.nullable()
    .default(null)
    .describe("What the thread of a program that hangs waits in; null where it runs, and in a crash."),
  passing: z
    .int()
    .default(0)
    .describe(
      "For a program that hangs: how many of the innermost frames were gone when gdb looked again, so that it is not stuck in them.",
    ),
  fsBase: Hex.nullable().describe("Its `fs_base`: where its thread-local variables lie; null where unknown."),
  callerSp: Hex.optional().describe(
    "Of the thread that crashed: the stack pointer of its innermost function's caller; absent where unknown.",
  ),
  frames: z.array(Frame).describe("Its stack, the innermost frame first."),
  elided: z.int().describe("Frames beyond those that were kept."),
});
export type Thread = z.infer<typeof Thread>;

export const Instruction = z.strictObject({
  address: Hex.describe("Address of the instruction."),
  function: z.string().nullable().describe("The function that it is in; null where there is no symbol."),
  offset: z.int().nullable().describe("Bytes from the start of the function; null where that is not known."),
  text: z
    .string()
    .describe("AT&T syntax, as gdb prints it, calls symbolised: `testb  $0x20,0x1(%rcx,%rdx,2)`."),
  current: z.boolean().describe("The instruction that faulted."),
});
export type Instruction = z.infer<typeof Instruction>;

export const Mapping = z.strictObject({
  start: Hex.describe("First address."),
  end: Hex.describe("First address behind it."),
  permissions: z.string().describe("As /proc prints them: `r-xp`."),
  path: z
    .string()
    .nullable()
    .describe("The file that is mapped, `[stack]`, `[heap]`; null for memory without a name."),
});
export type Mapping = z.infer<typeof Mapping>;

export const Library = z.strictObject({
  path: z.string().describe("Its path in the container."),
  buildId: z.string().nullable().describe("Its build ID; null where it has none."),
  package: z.string().nullable().describe("`libc6 2.36-9+deb12u14`, or null where no package has it."),
  loadedBy: z
    .int()
    .nullable()
    .describe(
      "Thread (gdb's number) that loaded it later; null where it was there from the start, or where that is not known.",
    ),
});
export type Library = z.infer<typeof Library>;

export const FAULTS = [
  "null-dereference",
  "near-null",
  "wild-pointer",
  "non-canonical",
  "stack-overflow",
  "misaligned",
  "write-to-read-only",
  "execute-bad-address",
  "abort",
  "illegal-instruction",
  "division",
  "bus-error",
  "out-of-memory",
  "trap",
  "sent-signal",
  "hang",
  "sanitizer",
  "service",
  "unknown",
] as const;

const Register = z.strictObject({
  register: z.string().describe("Name of the register: `rcx`."),
  value: Hex.describe("Its value at the fault."),
});

/** The fault in words, with the facts that it rests on. `text` is one or two sentences for a report. */
export const Explanation = z.strictObject({
  kind: z.enum(FAULTS).describe("Kind of the fault."),
  text: z.string().describe("What happened, in a sentence or two."),
  words: z
    .string()
    .optional()
    .describe("libc's own words, where the text says what they mean; absent where it holds them itself."),
  operand: z
    .strictObject({
      access: z.enum(["read", "write", "read-write", "execute"]).describe("What the instruction did there."),
      text: z.string().describe("The operand in AT&T syntax: `0x1(%rcx,%rdx,2)`."),
      displacement: Hex.describe("The constant that is added."),
      base: Register.nullable().describe("The base register; null where the operand has none."),
      index: Register.extend({ scale: z.int().describe("What the index is multiplied by: 1, 2, 4, 8.") })
        .nullable()
        .describe("The index register; null where the operand has none."),
      segment: Register.extend({
        value: Hex.nullable().describe("Base of the segment; null where it is not known."),
      })
        .nullable()
        .describe("The segment register; null where the operand has none."),
      address: Hex.describe("Base + index * scale + displacement + segment: the address that was accessed."),
    })
    .nullable()
    .describe("The memory operand, decoded; null where the fault is not about one."),
  facts: z
    .array(z.string())
    .describe(
      "Further sentences: where a register's value came from, thread-local state, which thread loaded a library.",
    ),
});
export type Explanation = z.infer<typeof Explanation>;

/** All that is known of one signature's crash. */
export const Evidence = z.strictObject({
  go: GoTrace.nullable().describe("What Go's runtime printed; null where it printed nothing."),
  sanitizer: SanitizerReport.nullable()
    .default(null)
    .describe("The report of a sanitizer; null where there is none."),
  siginfo: SigInfo.nullable().describe("What the kernel said about the signal; null where there was none."),
  threads: z
    .array(Thread)
    .describe("Every thread at the signal, as gdb saw it; empty where gdb did not meet the crash."),
  processes: z
    .array(ProcessRecord)
    .optional()
    .describe("The processes of a program that hangs in several; absent otherwise."),
  registers: z
    .record(z.string(), Hex)
    .describe(
      "Of the crashing thread at the fault: `rip`, `rsp`, `rcx`, `eflags`, `fs_base` …; of a program of 32 bits `eip`, `esp` …",
    ),
  disassembly: z.array(Instruction).describe("Instructions around the one that faulted."),
  mappings: z.array(Mapping).describe("The memory map of the process."),
  libraries: z.array(Library).describe("Shared libraries that were loaded."),
  explanation: Explanation.nullable().describe("The fault in words; null where it cannot be told."),
  output: z
    .strictObject({
      stdout: z.string().describe("End of its standard output."),
      stderr: z.string().describe("End of its standard error."),
      dropped: z.int().describe("Bytes that were not kept."),
    })
    .nullable()
    .describe(
      "The end of what the program wrote, with control characters made visible; null where it was not kept.",
    ),
  captures: z
    .strictObject({
      tried: z.int().describe("Runs under gdb that were made."),
      met: z.int().describe("Those of them that crashed in the same way."),
    })
    .describe("Runs under gdb for this crash. They are not attempts: no rate counts them."),
  debugInfo: z
    .boolean()
    .nullable()
    .default(null)
    .describe(
      "Whether the program has debug information: then code in it without a source file is libc's. Null where that is not known.",
    ),
  incomplete: z
    .array(z.string())
    .describe("What could not be found out, and why; empty where nothing is missing."),
});
export type Evidence = z.infer<typeof Evidence>;

/** What a function that hands out thread-local state (`__ctype_b_loc`) would return in each thread. */
export const ThreadLocal = z.strictObject({
  accessor: z.string().describe("The function, as the code before the fault calls it."),
  values: z
    .array(z.strictObject({ thread: z.int(), address: Hex, value: Hex.nullable() }))
    .describe(
      "Per thread (gdb's number): the pointer that it returns, and the word that lies there (null: unreadable).",
    ),
});
export type ThreadLocal = z.infer<typeof ThreadLocal>;

/** What one gdb run saw at a signal, or at the time limit (`evidence.py`): the native part of Evidence. */
export const NativeCapture = z.strictObject({
  hang: z
    .boolean()
    .default(false)
    .describe(
      "The program's time was over: gdb stopped it to look, so that the signal is gdb's own, and no thread crashed.",
    ),
  fatal: z
    .boolean()
    .describe(
      "The process died of it. False where a handler or Go's runtime survived it: then it is no crash.",
    ),
  main: z.boolean().describe("It was in the program's first process, not in a child of it."),
  siginfo: SigInfo,
  threads: z.array(Thread),
  processes: z.array(ProcessRecord).optional(),
  registers: z.record(z.string(), Hex),
  disassembly: z.array(Instruction),
  mappings: z.array(Mapping),
  libraries: z.array(Library),
  abortMessage: z.string().nullable().describe("`__abort_msg` or the assertion's text, where libc kept one."),
  threadLocals: z.array(ThreadLocal),
  debugInfo: z
    .boolean()
    .nullable()
    .default(null)
    .describe("The program itself has debug information; null where gdb could not tell."),
  stderr: z
    .string()
    .describe(
      "Tail of what this very run wrote to stderr: Go's trace of the same death, an assertion's text.",
    ),
  incomplete: z.array(z.string()),
});
export type NativeCapture = z.infer<typeof NativeCapture>;
