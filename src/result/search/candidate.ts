import * as z from "zod";
import { OutcomeName } from "../../manifest/repro.js";
import { RateRecord } from "../result.js";

const Count = z.int().nonnegative();

/** One input of a search and what came of it: a row of its table. */
export const CandidateRecord = z.strictObject({
  /** What the search calls it: a commit's hash, an environment, a condition, a step of a reduction. Unique. */
  id: z.string(),
  /** In a few words: a commit's subject. */
  title: z.string(),
  /** What it is in this search (`bad end`, `good end`, `the change`), else null. */
  role: z.string().nullable(),
  build: z
    .strictObject({
      status: z.enum(["built", "cached", "failed"]),
      ms: z.number().nonnegative(),
      /** sha256 of the program; null where there is none. */
      sha256: z.string().nullable(),
      /** Why there is none. */
      why: z.string().nullable(),
    })
    .nullable(),
  attempts: Count,
  counted: Count,
  /** Null where no attempt was made. */
  rate: RateRecord.nullable(),
  /** How attempts ended that neither counted nor were clean: another crash on the way. */
  others: z.array(z.strictObject({ what: z.string(), outcome: OutcomeName, count: Count })),
  /** Probability that it is what is looked for; null in searches without one. */
  probability: z.number().min(0).max(1).nullable(),
  /** Another candidate with the same program, with which it was pooled. */
  sameAs: z.string().nullable(),
  note: z.string().nullable(),
});
export type CandidateRecord = z.infer<typeof CandidateRecord>;
