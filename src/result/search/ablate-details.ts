import * as z from "zod";
import { OutcomeName } from "../../manifest/repro.js";

const Count = z.int().nonnegative();
const Probability = z.number().min(0).max(1);

/** A part of a repro, and what the crash does without it. */
export const PartRecord = z.strictObject({
  id: z.string(),
  kind: z.enum(["function", "statement", "call", "argument", "loop", "setting"]),
  title: z.string(),
  place: z
    .strictObject({ file: z.string(), line: z.int().positive(), lastLine: z.int().positive() })
    .nullable()
    .describe("Null for settings. Lines from 1."),
  verdict: z.enum([
    "needed",
    "makes it likelier",
    "holds it back",
    "changes the crash",
    "no difference shown",
    "cannot be built without",
  ]),
  attempts: Count.describe(
    "Attempts of the program without it, and those that crashed as the whole one does.",
  ),
  counted: Count,
  pValue: Probability.nullable().describe(
    "Of Boschloo's test against the whole program, after Holm's correction; null where nothing was measured.",
  ),
  excludedAbove: Probability.nullable().describe(
    "Rates above it are excluded at 95 %; null where some attempts crashed.",
  ),
  others: z.array(z.strictObject({ what: z.string(), outcome: OutcomeName, count: Count })),
  note: z.string().nullable().describe("Why it cannot be built without, or which other crash it has then."),
});
export type PartRecord = z.infer<typeof PartRecord>;

/** What matters in a repro. */
export const AblateDetails = z.strictObject({
  kind: z.literal("ablate"),
  environment: z.string(),
  whole: z
    .strictObject({ attempts: Count, counted: Count })
    .describe("The whole program, measured between the others."),
  parts: z.array(PartRecord),
  needs: z.array(z.string()).describe("What the crash needs, in words, each once."),
  likelier: z.array(z.string()).describe("What makes it likelier."),
  files: z
    .array(z.strictObject({ path: z.string(), text: z.string() }))
    .describe("The program, file by file."),
});
export type AblateDetails = z.infer<typeof AblateDetails>;
