import * as z from "zod";
import { OutcomeName } from "../../manifest/repro.js";

const Count = z.int().nonnegative();
const Probability = z.number().min(0).max(1);

/** A part of a repro, and what the crash does without it. */
export const PartRecord = z.strictObject({
  id: z.string(),
  kind: z.enum(["function", "statement", "call", "argument", "loop", "setting"]),
  title: z.string(),
  /** Null for settings. Lines from 1. */
  place: z
    .strictObject({ file: z.string(), line: z.int().positive(), lastLine: z.int().positive() })
    .nullable(),
  verdict: z.enum([
    "needed",
    "makes it likelier",
    "holds it back",
    "changes the crash",
    "no difference shown",
    "cannot be built without",
  ]),
  /** Attempts of the program without it, and those that crashed as the whole one does. */
  attempts: Count,
  counted: Count,
  /** Of Boschloo's test against the whole program, after Holm's correction; null where nothing was measured. */
  pValue: Probability.nullable(),
  /** Rates above it are excluded at 95 %; null where some attempts crashed. */
  excludedAbove: Probability.nullable(),
  others: z.array(z.strictObject({ what: z.string(), outcome: OutcomeName, count: Count })),
  /** Why it cannot be built without, or which other crash it has then. */
  note: z.string().nullable(),
});
export type PartRecord = z.infer<typeof PartRecord>;

/** What matters in a repro. */
export const AblateDetails = z.strictObject({
  kind: z.literal("ablate"),
  environment: z.string(),
  /** The whole program, measured between the others. */
  whole: z.strictObject({ attempts: Count, counted: Count }),
  parts: z.array(PartRecord),
  /** What the crash needs, in words, each once. */
  needs: z.array(z.string()),
  /** What makes it likelier. */
  likelier: z.array(z.string()),
  /** The program, file by file. */
  files: z.array(z.strictObject({ path: z.string(), text: z.string() })),
});
export type AblateDetails = z.infer<typeof AblateDetails>;
