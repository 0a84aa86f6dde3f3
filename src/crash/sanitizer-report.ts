import * as z from "zod";
import { Hex } from "./hex-schema.js";
import { SourceFile, SourceLine } from "./source-place.js";

const SanitizerFrame = z.strictObject({
  function: z.string().nullable().describe("The function; null where the sanitizer found no symbol."),
  file: SourceFile,
  line: SourceLine,
  module: z.string().nullable().describe("File of the program or library; null where it is not printed."),
  offset: Hex.nullable().describe("Offset of the instruction in that file; null where it is not printed."),
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
  address: Hex.nullable().describe("The address that the report is about; null where it names none."),
  access: z.enum(["read", "write"]).nullable().describe("Kind of the access; null where there was none."),
  size: z.int().nullable().describe("Bytes of the access; null where that is not known."),
  place: z
    .strictObject({
      file: z.string().describe("Source file."),
      line: z.int().describe("Line of the source file, from 1."),
    })
    .nullable()
    .describe("The place in the source that UndefinedBehaviorSanitizer names; null for other tools."),
  frames: z
    .array(SanitizerFrame)
    .describe("Where it happened, the innermost first; empty where the report shows no stack."),
  others: z
    .array(
      z.strictObject({
        title: z.string().describe("The line above the stack."),
        frames: z.array(SanitizerFrame).describe("The stack, the innermost frame first."),
      }),
    )
    .describe("Its other stacks: `freed by thread T0 here`, `previously allocated by thread T0 here`."),
});
export type SanitizerReport = z.infer<typeof SanitizerReport>;
