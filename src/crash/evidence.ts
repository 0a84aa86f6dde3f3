import * as z from "zod";
import { ProcessRecord, Waits } from "./hang-record.js";

export { ProcessRecord } from "./hang-record.js";

/** An address, register or offset: lower-case hex, `0x…`. Never a number: 64 bits do not fit. */
export const Hex = z.string().regex(/^0x[0-9a-f]+$/);

const GoFrame = z.strictObject({
  function: z.string(),
  /** Arguments as printed, `0x0, 0xc82004bd30`, `...`, or null where none were. */
  args: z.string().nullable(),
  file: z.string().nullable(),
  line: z.int().nullable(),
  /** `+0x1b`: offset of the pc in the function. */
  offset: Hex.nullable(),
});
export type GoFrame = z.infer<typeof GoFrame>;

const Goroutine = z.strictObject({
  id: z.int(),
  /** What it was doing: `running`, `syscall`, `select`, `chan receive` … */
  state: z.string(),
  lockedToThread: z.boolean(),
  waitMinutes: z.int().nullable(),
  frames: z.array(GoFrame),
  /** Frames that Go itself left out (`...N frames elided...`), null where it did not say how many. */
  elided: z.int().nullable(),
  createdBy: z
    .strictObject({
      function: z.string(),
      file: z.string().nullable(),
      line: z.int().nullable(),
      goroutine: z.int().nullable(),
    })
    .nullable(),
});
export type Goroutine = z.infer<typeof Goroutine>;

/** What the Go runtime printed of its own death. The program's own words: never believed over the kernel's or gdb's. */
export const GoTrace = z.strictObject({
  kind: z.enum(["panic", "fatal", "signal"]),
  /** First line: `fatal error: …`, `panic: …` or `SIGSEGV: segmentation violation`, without control characters. */
  message: z.string(),
  /** Every `fatal error:` or `panic:` line in order; more than one where threads died together. */
  errors: z.array(z.string()),
  signal: z
    .strictObject({
      name: z.string(),
      code: Hex.nullable(),
      address: Hex.nullable(),
      pc: Hex.nullable(),
      duringCgo: z.boolean(),
    })
    .nullable(),
  runtimeStack: z.array(GoFrame),
  goroutines: z.array(Goroutine),
  /** Index in `goroutines` of the one that crashed, or null where it cannot be told. */
  crashed: z.int().nullable(),
  /** Why this trace cannot be fully trusted; empty where it can. */
  incomplete: z.array(z.string()),
});
export type GoTrace = z.infer<typeof GoTrace>;

export const SigInfo = z.strictObject({
  signal: z.string(),
  number: z.int(),
  /** si_code; null where a pasted session does not show it. gdb's captures always have it. */
  code: z.int().nullable(),
  /** `SEGV_MAPERR`, `SI_TKILL` …, or null where unknown. */
  codeName: z.string().nullable(),
  /** si_addr of SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP. */
  address: Hex.nullable(),
  /** si_pid of signals that a process sent. */
  sender: z.int().nullable(),
});
export type SigInfo = z.infer<typeof SigInfo>;

/** A native frame. `file` and `line` come from debug information, `module` and `offset` hold without it. */
export const Frame = z.strictObject({
  function: z.string().nullable(),
  /** Soname of the object that holds the code (`libnss_compat.so.2`), else the base name of its file; null for none. */
  module: z.string().nullable(),
  file: z.string().nullable(),
  line: z.int().nullable(),
  /** Offset of the pc in the module (file offset base as in `addr2line`), stable under ASLR. */
  offset: Hex.nullable(),
  address: Hex,
  buildId: z.string().nullable(),
  /** `uid=0, buflen=1024`, or null where unknown. */
  args: z.string().nullable(),
  /** False where there were no unwind tables on the way here, so that the frame may be made up. */
  trusted: z.boolean(),
});
export type Frame = z.infer<typeof Frame>;

export const Thread = z.strictObject({
  /** gdb's number, in order of creation; 1 is the main thread. */
  number: z.int(),
  lwp: z.int(),
  /** Of a program that hangs: the process that it is in, where there are several; absent: the first. */
  process: z.int().optional(),
  name: z.string().nullable(),
  crashed: z.boolean(),
  /** Of a program that hangs: what the thread waits in. Null where it runs, and in a crash. */
  waits: Waits.nullable().default(null),
  /** Of a program that hangs: how many of the innermost frames were gone in a later look, so that they are no place to be stuck in. */
  passing: z.int().default(0),
  fsBase: Hex.nullable(),
  frames: z.array(Frame),
  /** Frames beyond those that were kept. */
  elided: z.int(),
});
export type Thread = z.infer<typeof Thread>;

export const Instruction = z.strictObject({
  address: Hex,
  function: z.string().nullable(),
  /** Offset in the function, bytes. */
  offset: z.int().nullable(),
  /** AT&T syntax, as gdb prints it, calls symbolised: `testb  $0x20,0x1(%rcx,%rdx,2)`. */
  text: z.string(),
  /** The instruction that faulted. */
  current: z.boolean(),
});
export type Instruction = z.infer<typeof Instruction>;

export const Mapping = z.strictObject({
  start: Hex,
  end: Hex,
  /** `r-xp`. */
  permissions: z.string(),
  /** Path, `[stack]`, `[heap]`, or null. */
  path: z.string().nullable(),
});
export type Mapping = z.infer<typeof Mapping>;

export const Library = z.strictObject({
  path: z.string(),
  buildId: z.string().nullable(),
  /** `libc6 2.36-9+deb12u14`, or null where no package has it. */
  package: z.string().nullable(),
  /** Thread (gdb's number) that loaded it after the start, null where it was there from the start or is unknown. */
  loadedBy: z.int().nullable(),
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
  /** `AddressSanitizer`, `UndefinedBehaviorSanitizer`, `ThreadSanitizer`, `LeakSanitizer`. */
  tool: z.string(),
  /** `heap-use-after-free`, `signed integer overflow`, `data race`: its first line without address and operands. */
  kind: z.string(),
  /** Its first line, behind the tool's name. */
  message: z.string(),
  address: Hex.nullable(),
  access: z.enum(["read", "write"]).nullable(),
  /** Bytes of the access. */
  size: z.int().nullable(),
  /** UndefinedBehaviorSanitizer's place in the source. */
  place: z.strictObject({ file: z.string(), line: z.int() }).nullable(),
  /** Where it happened, the innermost first; empty where the report shows no stack. */
  frames: z.array(SanitizerFrame),
  /** Further stacks: `freed by thread T0 here`, `previously allocated by thread T0 here`. */
  others: z.array(z.strictObject({ title: z.string(), frames: z.array(SanitizerFrame) })),
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
  /** The decoded memory operand, where the instruction has one. */
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
    .nullable(),
  /** Further sentences: where a register came from, thread-local state, which thread loaded the library. */
  facts: z.array(z.string()),
});
export type Explanation = z.infer<typeof Explanation>;

/** All that is known of one signature's crash. */
export const Evidence = z.strictObject({
  go: GoTrace.nullable(),
  sanitizer: SanitizerReport.nullable().default(null),
  siginfo: SigInfo.nullable(),
  threads: z.array(Thread),
  /** Of a program that hangs in several processes: all of them; else absent. */
  processes: z.array(ProcessRecord).optional(),
  /** Of the crashing thread at the fault: `rip`, `rsp`, `rcx`, `eflags`, `fs_base` … */
  registers: z.record(z.string(), Hex),
  disassembly: z.array(Instruction),
  mappings: z.array(Mapping),
  libraries: z.array(Library),
  explanation: Explanation.nullable(),
  /** Tail of what the program wrote, control characters made visible: the program's own words. */
  output: z.strictObject({ stdout: z.string(), stderr: z.string(), dropped: z.int() }).nullable(),
  /** gdb runs that were made, and those that met this signature. */
  captures: z.strictObject({ tried: z.int(), met: z.int() }),
  /** Whether the program itself has debug information, so that code of it without a source is libc's; null where that is not known. */
  debugInfo: z.boolean().nullable().default(null),
  /** What could not be found out, and why; empty where nothing is missing. */
  incomplete: z.array(z.string()),
});
export type Evidence = z.infer<typeof Evidence>;

/** What a function that hands out thread-local state (`__ctype_b_loc`) would return in each thread. */
export const ThreadLocal = z.strictObject({
  /** The function, as the code before the fault calls it. */
  accessor: z.string(),
  /** Per thread (gdb's number): the pointer that it returns, and the word that lies there (null: unreadable). */
  values: z.array(z.strictObject({ thread: z.int(), address: Hex, value: Hex.nullable() })),
});
export type ThreadLocal = z.infer<typeof ThreadLocal>;

/** What one gdb run saw at a signal, or at the time limit (`evidence.py`): the native part of Evidence. */
export const NativeCapture = z.strictObject({
  /** The program's time was over: gdb stopped it to look, so that the signal is gdb's own, and no thread crashed. */
  hang: z.boolean().default(false),
  /** The process died of it. False where a handler or Go's runtime survived it: then it is no crash. */
  fatal: z.boolean(),
  /** It was in the program's first process, not in a child of it. */
  main: z.boolean(),
  siginfo: SigInfo,
  threads: z.array(Thread),
  processes: z.array(ProcessRecord).optional(),
  registers: z.record(z.string(), Hex),
  disassembly: z.array(Instruction),
  mappings: z.array(Mapping),
  libraries: z.array(Library),
  /** `__abort_msg` or the assertion's text, where libc kept one. */
  abortMessage: z.string().nullable(),
  threadLocals: z.array(ThreadLocal),
  /** The program itself has debug information; null where gdb could not tell. */
  debugInfo: z.boolean().nullable().default(null),
  /** Tail of what this very run wrote to stderr: Go's trace of the same death, an assertion's text. */
  stderr: z.string(),
  incomplete: z.array(z.string()),
});
export type NativeCapture = z.infer<typeof NativeCapture>;
