import * as z from "zod";
import { Hex } from "./hex-schema.js";

const GoFrame = z.strictObject({
  function: z.string(),
  args: z
    .string()
    .nullable()
    .describe("Arguments as printed, `0x0, 0xc82004bd30`, `...`, or null where none were."),
  file: z.string().nullable(),
  line: z.int().nullable(),
  offset: Hex.nullable().describe("`+0x1b`: offset of the pc in the function."),
});
export type GoFrame = z.infer<typeof GoFrame>;

const Goroutine = z.strictObject({
  id: z.int(),
  state: z.string().describe("What it was doing: `running`, `syscall`, `select`, `chan receive` …"),
  lockedToThread: z.boolean(),
  waitMinutes: z.int().nullable(),
  frames: z.array(GoFrame),
  elided: z
    .int()
    .nullable()
    .describe(
      "Frames that Go itself left out (`...N frames elided...`), null where it did not say how many.",
    ),
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
      name: z.string(),
      code: Hex.nullable(),
      address: Hex.nullable(),
      pc: Hex.nullable(),
      duringCgo: z.boolean(),
    })
    .nullable(),
  runtimeStack: z.array(GoFrame),
  goroutines: z.array(Goroutine),
  crashed: z
    .int()
    .nullable()
    .describe("Index in `goroutines` of the one that crashed, or null where it cannot be told."),
  incomplete: z.array(z.string()).describe("Why this trace cannot be fully trusted; empty where it can."),
});
export type GoTrace = z.infer<typeof GoTrace>;
