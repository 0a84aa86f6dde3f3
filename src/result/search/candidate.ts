import * as z from "zod";
import { Attempts, Counted, Probability, RateRecord } from "../schema/rate.js";
import { Others } from "./parts.js";

/** One input of a search and what came of it: a row of its table. */
export const CandidateRecord = z.strictObject({
  id: z
    .string()
    .describe(
      "Its unique name in the search: a commit's hash, an environment, a condition, a step of a reduction.",
    ),
  title: z.string().describe("In a few words: a commit's subject."),
  role: z
    .string()
    .nullable()
    .describe("Its part in this search: `bad end`, `good end`, `the change`; null where it has none."),
  build: z
    .strictObject({
      status: z
        .enum(["built", "cached", "failed"])
        .describe("Whether it was built, was in the cache, or could not be built."),
      ms: z.number().nonnegative().describe("Milliseconds that building took."),
      sha256: z.string().nullable().describe("sha256 of the program; null where there is none."),
      why: z.string().nullable().describe("Why it could not be built; null where it was."),
    })
    .nullable()
    .describe("How its program was built; null where nothing was built."),
  attempts: Attempts,
  counted: Counted,
  rate: RateRecord.nullable().describe(
    "How often it came to what is counted; null where no attempt was made.",
  ),
  others: Others,
  probability: Probability.nullable().describe(
    "Probability that it is what the search looks for; null in searches that compute none.",
  ),
  sameAs: z
    .string()
    .nullable()
    .describe(
      "Id of another candidate with the same program: their attempts were pooled. Null where there is none.",
    ),
  note: z.string().nullable().describe("What else a reader must know; null where there is nothing."),
});
export type CandidateRecord = z.infer<typeof CandidateRecord>;
