import * as z from "zod";

const Count = z.int().nonnegative();
const Probability = z.number().min(0).max(1);

const Size = z.strictObject({
  lines: Count.describe("Lines that are not blank, of all files."),
  characters: Count,
});

/** What a reduction came to. */
export const ReduceDetails = z.strictObject({
  kind: z.literal("reduce"),
  environment: z.string().describe("Where every candidate had to crash, and where none might."),
  contrast: z.array(z.string()),
  before: Size,
  after: Size,
  question: z
    .strictObject({
      asked: Probability,
      below: Probability,
      falseKeep: Probability,
      falseDrop: Probability,
    })
    .describe(
      "What was asked of every candidate: a rate, told from a lower one by a sequential test with these errors.",
    ),
  rates: z
    .strictObject({ before: Probability.nullable(), after: Probability.nullable() })
    .describe("Rates of the whole program and of what is left of it, from fresh attempts."),
  tried: Count.describe(
    "Changes that were tried, steps that were kept, and those of them that were taken back because their rate did not hold.",
  ),
  kept: Count,
  takenBack: Count,
  refusals: z.record(z.string(), Count).describe("Why changes fell: reason -> how many."),
  files: z
    .array(z.strictObject({ path: z.string(), text: z.string() }))
    .describe("What is left, file by file."),
  repro: z.string().describe("Where the smaller repro lies, relative to the search's folder."),
});
export type ReduceDetails = z.infer<typeof ReduceDetails>;
