import * as z from "zod";
import { ProcessRecord, Waits } from "./hang-record.js";
import { GoTrace } from "./go-trace.js";
import { Hex } from "./hex-schema.js";

export { GoTrace, type GoFrame, type Goroutine } from "./go-trace.js";
export { Hex } from "./hex-schema.js";

export { ProcessRecord } from "./hang-record.js";

export const SigInfo = z.strictObject({
  signal: z.string(),
  number: z.int(),
  code: z
    .int()
    .nullable()
    .describe("si_code; null where a pasted session does not show it. gdb's captures always have it."),
  codeName: z.string().nullable().describe("`SEGV_MAPERR`, `SI_TKILL` …, or null where unknown."),
  address: Hex.nullable().describe("si_addr of SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP."),
  sender: z.int().nullable().describe("si_pid of signals that a process sent."),
});
export type SigInfo = z.infer<typeof SigInfo>;

/** A native frame. `file` and `line` come from debug information, `module` and `offset` hold without it. */
export const Frame = z.strictObject({
  function: z.string().nullable(),
  module: z
    .string()
    .nullable()
    .describe(
      "Soname of the object that holds the code (`libnss_compat.so.2`), else the base name of its file; null for none.",
    ),
  file: z.string().nullable(),
  line: z.int().nullable(),
  offset: Hex.nullable().describe(
    "Offset of the pc in the module (file offset base as in `addr2line`), stable under ASLR.",
  ),
  address: Hex,
  buildId: z.string().nullable(),
  args: z.string().nullable().describe("`uid=0, buflen=1024`, or null where unknown."),
  trusted: z
    .boolean()
    .describe("False where there were no unwind tables on the way here, so that the frame may be made up."),
});
export type Frame = z.infer<typeof Frame>;

export const Thread = z.strictObject({
  number: z.int().describe("gdb's number, in order of creation; 1 is the main thread."),
  lwp: z.int(),
  process: z
    .int()
    .optional()
    .describe(
      "Of a program that hangs: the process that it is in, where there are several; absent: the first.",
    ),
  name: z.string().nullable(),
  crashed: z.boolean(),
  waits: Waits.nullable()
    .default(null)
    .describe("Of a program that hangs: what the thread waits in. Null where it runs, and in a crash."),
  passing: z
    .int()
    .default(0)
    .describe(
      "Of a program that hangs: how many of the innermost frames were gone in a later look, so that they are no place to be stuck in.",
    ),
  fsBase: Hex.nullable(),
  frames: z.array(Frame),
  elided: z.int().describe("Frames beyond those that were kept."),
});
export type Thread = z.infer<typeof Thread>;

export const Instruction = z.strictObject({
  address: Hex,
  function: z.string().nullable(),
  offset: z.int().nullable().describe("Offset in the function, bytes."),
  text: z
    .string()
    .describe("AT&T syntax, as gdb prints it, calls symbolised: `testb  $0x20,0x1(%rcx,%rdx,2)`."),
  current: z.boolean().describe("The instruction that faulted."),
});
export type Instruction = z.infer<typeof Instruction>;

export const Mapping = z.strictObject({
  start: Hex,
  end: Hex,
  permissions: z.string().describe("`r-xp`."),
  path: z.string().nullable().describe("Path, `[stack]`, `[heap]`, or null."),
});
export type Mapping = z.infer<typeof Mapping>;

export const Library = z.strictObject({
  path: z.string(),
  buildId: z.string().nullable(),
  package: z.string().nullable().describe("`libc6 2.36-9+deb12u14`, or null where no package has it."),
  loadedBy: z
    .int()
    .nullable()
    .describe(
      "Thread (gdb's number) that loaded it after the start, null where it was there from the start or is unknown.",
    ),
});
export type Library = z.infer<typeof Library>;

const SanitizerFrame = z.strictObject({
  function: z.string().nullable(),
  file: z.string().nullable(),
  line: z.int().nullable(),
  module: z.string().nullable(),
  offset: Hex.nullable(),
});
export type SanitizerFrame = z.infer<typeof SanitizerFrame>;

/** What a sanitizer printed before it ended the program. The program's own words: never believed over the kernel's or gdb's. */
export const SanitizerReport = z.strictObject({
  tool: z
    .string()
    .describe("`AddressSanitizer`, `UndefinedBehaviorSanitizer`, `ThreadSanitizer`, `LeakSanitizer`."),
  kind: z
    .string()
    .describe(
      "`heap-use-after-free`, `signed integer overflow`, `data race`: its first line without address and operands.",
    ),
  message: z.string().describe("Its first line, behind the tool's name."),
  address: Hex.nullable(),
  access: z.enum(["read", "write"]).nullable(),
  size: z.int().nullable().describe("Bytes of the access."),
  place: z
    .strictObject({ file: z.string(), line: z.int() })
    .nullable()
    .describe("UndefinedBehaviorSanitizer's place in the source."),
  frames: z
    .array(SanitizerFrame)
    .describe("Where it happened, the innermost first; empty where the report shows no stack."),
  others: z
    .array(z.strictObject({ title: z.string(), frames: z.array(SanitizerFrame) }))
    .describe("Further stacks: `freed by thread T0 here`, `previously allocated by thread T0 here`."),
});
export type SanitizerReport = z.infer<typeof SanitizerReport>;

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
  "unknown",
] as const;

/** The fault in words, with the facts that it rests on. `text` is one or two sentences for a report. */
export const Explanation = z.strictObject({
  kind: z.enum(FAULTS),
  text: z.string(),
  words: z
    .string()
    .optional()
    .describe("libc's own words, where the text says what they mean; absent where it holds them itself."),
  operand: z
    .strictObject({
      access: z.enum(["read", "write", "read-write", "execute"]),
      text: z.string(),
      displacement: Hex,
      base: z.strictObject({ register: z.string(), value: Hex }).nullable(),
      index: z.strictObject({ register: z.string(), value: Hex, scale: z.int() }).nullable(),
      segment: z.strictObject({ register: z.string(), value: Hex.nullable() }).nullable(),
      address: Hex,
    })
    .nullable()
    .describe("The decoded memory operand, where the instruction has one."),
  facts: z
    .array(z.string())
    .describe(
      "Further sentences: where a register came from, thread-local state, which thread loaded the library.",
    ),
});
export type Explanation = z.infer<typeof Explanation>;

/** All that is known of one signature's crash. */
export const Evidence = z.strictObject({
  go: GoTrace.nullable(),
  sanitizer: SanitizerReport.nullable().default(null),
  siginfo: SigInfo.nullable(),
  threads: z.array(Thread),
  processes: z
    .array(ProcessRecord)
    .optional()
    .describe("Of a program that hangs in several processes: all of them; else absent."),
  registers: z
    .record(z.string(), Hex)
    .describe("Of the crashing thread at the fault: `rip`, `rsp`, `rcx`, `eflags`, `fs_base` …"),
  disassembly: z.array(Instruction),
  mappings: z.array(Mapping),
  libraries: z.array(Library),
  explanation: Explanation.nullable(),
  output: z
    .strictObject({ stdout: z.string(), stderr: z.string(), dropped: z.int() })
    .nullable()
    .describe("Tail of what the program wrote, control characters made visible: the program's own words."),
  captures: z
    .strictObject({ tried: z.int(), met: z.int() })
    .describe("gdb runs that were made, and those that met this signature."),
  debugInfo: z
    .boolean()
    .nullable()
    .default(null)
    .describe(
      "Whether the program itself has debug information, so that code of it without a source is libc's; null where that is not known.",
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
