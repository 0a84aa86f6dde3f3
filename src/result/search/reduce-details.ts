import * as z from "zod";
import { Count, Probability } from "../schema/rate.js";
import { TextFile } from "./parts.js";

const Size = z.strictObject({
  lines: Count.describe("Lines that are not blank, in all files."),
  characters: Count.describe("Characters in all files."),
});

/** What a reduction came to. */
export const ReduceDetails = z.strictObject({
  kind: z.literal("reduce").describe("Of `vivarium reduce`."),
  environment: z.string().describe("The environment in which every step had to crash."),
  contrast: z.array(z.string()).describe("Environments in which no step might crash."),
  before: Size.describe("Size of the whole program."),
  after: Size.describe("Size of what is left."),
  question: z
    .strictObject({
      asked: Probability.describe("A step is kept where it crashes at this rate or a higher one."),
      below: Probability.describe("A step is dropped where it crashes at this rate or a lower one."),
      falseKeep: Probability.describe("Largest probability of keeping a step that crashes at `below`."),
      falseDrop: Probability.describe("Largest probability of dropping a step that crashes at `asked`."),
    })
    .describe("The sequential test that every step had to pass, with its errors."),
  rates: z
    .strictObject({
      before: Probability.nullable().describe("Of the whole program; null where it was not measured."),
      after: Probability.nullable().describe("Of what is left; null where it was not measured."),
    })
    .describe("Crash rates, from fresh attempts."),
  tried: Count.describe("Changes that were tried."),
  kept: Count.describe("Steps that were kept."),
  takenBack: Count.describe("Steps that were taken back later, because their rate did not hold."),
  refusals: z.record(z.string(), Count).describe("Why the other changes were dropped: reason -> how many."),
  files: z.array(TextFile).describe("What is left, file by file."),
  repro: z.string().describe("Folder of the smaller repro, in the search's folder."),
});
export type ReduceDetails = z.infer<typeof ReduceDetails>;
