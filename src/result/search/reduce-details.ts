import * as z from "zod";

const Count = z.int().nonnegative();
const Probability = z.number().min(0).max(1);

const Size = z.strictObject({
  /** Lines that are not blank, of all files. */
  lines: Count,
  characters: Count,
});

/** What a reduction came to. */
export const ReduceDetails = z.strictObject({
  kind: z.literal("reduce"),
  /** Where every candidate had to crash, and where none might. */
  environment: z.string(),
  contrast: z.array(z.string()),
  before: Size,
  after: Size,
  /** What was asked of every candidate: a rate, told from a lower one by a sequential test with these errors. */
  question: z.strictObject({
    asked: Probability,
    below: Probability,
    falseKeep: Probability,
    falseDrop: Probability,
  }),
  /** Rates of the whole program and of what is left of it, from fresh attempts. */
  rates: z.strictObject({ before: Probability.nullable(), after: Probability.nullable() }),
  /** Changes that were tried, steps that were kept, and those of them that were taken back because their rate did not hold. */
  tried: Count,
  kept: Count,
  takenBack: Count,
  /** Why changes fell: reason -> how many. */
  refusals: z.record(z.string(), Count),
  /** What is left, file by file. */
  files: z.array(z.strictObject({ path: z.string(), text: z.string() })),
  /** Where the smaller repro lies, relative to the search's folder. */
  repro: z.string(),
});
export type ReduceDetails = z.infer<typeof ReduceDetails>;
