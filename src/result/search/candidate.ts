import * as z from "zod";
import { OutcomeName } from "../../manifest/repro.js";
import { RateRecord } from "../result.js";

const Count = z.int().nonnegative();

/** One input of a search and what came of it: a row of its table. */
export const CandidateRecord = z.strictObject({
  id: z
    .string()
    .describe(
      "What the search calls it: a commit's hash, an environment, a condition, a step of a reduction. Unique.",
    ),
  title: z.string().describe("In a few words: a commit's subject."),
  role: z
    .string()
    .nullable()
    .describe("What it is in this search (`bad end`, `good end`, `the change`), else null."),
  build: z
    .strictObject({
      status: z.enum(["built", "cached", "failed"]),
      ms: z.number().nonnegative(),
      sha256: z.string().nullable().describe("sha256 of the program; null where there is none."),
      why: z.string().nullable().describe("Why there is none."),
    })
    .nullable(),
  attempts: Count,
  counted: Count,
  rate: RateRecord.nullable().describe("Null where no attempt was made."),
  others: z
    .array(z.strictObject({ what: z.string(), outcome: OutcomeName, count: Count }))
    .describe("How attempts ended that neither counted nor were clean: another crash on the way."),
  probability: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe("Probability that it is what is looked for; null in searches without one."),
  sameAs: z
    .string()
    .nullable()
    .describe("Another candidate with the same program, with which it was pooled."),
  note: z.string().nullable(),
});
export type CandidateRecord = z.infer<typeof CandidateRecord>;
