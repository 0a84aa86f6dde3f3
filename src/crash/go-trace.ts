import * as z from "zod";
import { Hex } from "./hex-schema.js";
import { SourceFile, SourceLine } from "./source-place.js";

const GoFrame = z.strictObject({
  function: z.string().describe("The function with its package: `net/http.(*conn).serve`."),
  args: z
    .string()
    .nullable()
    .describe("Arguments as printed, `0x0, 0xc82004bd30`, `...`, or null where none were."),
  file: SourceFile,
  line: SourceLine,
  offset: Hex.nullable().describe("`+0x1b`: offset of the pc in the function."),
});
export type GoFrame = z.infer<typeof GoFrame>;

const Goroutine = z.strictObject({
  id: z.int().describe("Go's number of the goroutine."),
  state: z.string().describe("What it was doing: `running`, `syscall`, `select`, `chan receive` …"),
  lockedToThread: z.boolean().describe("Whether Go says that it is `locked to thread`."),
  waitMinutes: z.int().nullable().describe("Minutes that it has waited; null where Go does not say."),
  frames: z.array(GoFrame).describe("Its stack, the innermost frame first."),
  elided: z
    .int()
    .nullable()
    .describe(
      "Frames that Go itself left out (`...N frames elided...`), null where it did not say how many.",
    ),
  createdBy: z
    .strictObject({
      function: z.string().describe("The function with the `go` statement."),
      file: SourceFile,
      line: SourceLine,
      goroutine: z
        .int()
        .nullable()
        .describe("Number of the goroutine that ran it; null before Go 1.21, which does not say."),
    })
    .nullable()
    .describe("The `created by` line; null where there is none, as for the main goroutine."),
});
export type Goroutine = z.infer<typeof Goroutine>;

/** What the Go runtime printed of its own death. The program's own words: never believed over the kernel's or gdb's. */
export const GoTrace = z.strictObject({
  kind: z
    .enum(["panic", "fatal", "signal"])
    .describe("`panic`, `fatal error`, or a signal that the program received."),
  message: z
    .string()
    .describe(
      "First line: `fatal error: …`, `panic: …` or `SIGSEGV: segmentation violation`, without control characters.",
    ),
  errors: z
    .array(z.string())
    .describe("Every `fatal error:` or `panic:` line in order; more than one where threads died together."),
  signal: z
    .strictObject({
      name: z.string().describe("`SIGSEGV`."),
      code: Hex.nullable().describe("`code=` of Go's line: si_code."),
      address: Hex.nullable().describe("`addr=` of Go's line: the address of the fault."),
      pc: Hex.nullable().describe("`pc=` of Go's line: the address of the instruction."),
      duringCgo: z.boolean().describe("Whether Go says that the signal came during C code."),
    })
    .nullable()
    .describe(
      "Go's line about the signal; null where no signal ended the program. A part that Go did not print is null.",
    ),
  runtimeStack: z
    .array(GoFrame)
    .describe("The `runtime stack:`, the innermost frame first; empty where Go printed none."),
  goroutines: z.array(Goroutine).describe("Every goroutine that Go printed, in its order."),
  crashed: z
    .int()
    .nullable()
    .describe("Index in `goroutines` of the one that crashed, or null where it cannot be told."),
  incomplete: z.array(z.string()).describe("Why this trace cannot be fully trusted; empty where it can."),
});
export type GoTrace = z.infer<typeof GoTrace>;
