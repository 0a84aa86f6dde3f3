import * as z from "zod";
import { Result } from "../result.js";
import { CandidateRecord } from "./candidate.js";
import { BisectDetails } from "./bisect-details.js";
import { AblateDetails } from "./ablate-details.js";
import { ReduceDetails } from "./reduce-details.js";
import { FixDetails } from "./fix-details.js";

const Count = z.int().nonnegative();

/** What one kind of search found, beyond the table. A new kind is a file beside this one and a line here. */
export const SearchDetails = z.discriminatedUnion("kind", [
  BisectDetails,
  ReduceDetails,
  AblateDetails,
  FixDetails,
]);
export type SearchDetails = z.infer<typeof SearchDetails>;

/**
 * The `result.json` of a search: bisect, ablate, reduce, fix, a schedule search. `schemas/search.schema.json` is generated from this.
 */
export const SearchResult = z
  .strictObject({
    schema: z.literal("vivarium/search/1"),
    id: z.string(),
    vivarium: z.string(),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime(),
    repro: z.strictObject({
      name: z.string(),
      title: z.string(),
      links: z.array(z.string()),
      variant: z.string().nullable(),
      sourceHash: z.string(),
    }),
    command: z.string().describe("The command line that repeats it, from `vivarium` on."),
    question: z.string().describe("What was asked, in a sentence."),
    complete: z.boolean().describe("False where it was interrupted: then the answer says how far it came."),
    verdict: z
      .enum(["found", "none", "undecided"])
      .describe(
        "`found`; `none`: there is nothing to find, with the bound that shows it; `undecided`: it could not be told.",
      ),
    answer: z.array(z.string()).min(1).describe("The answer, in sentences: the first is the headline."),
    details: SearchDetails,
    candidates: z.array(CandidateRecord),
    evidence: z
      .array(z.strictObject({ role: z.string(), campaign: z.string(), folder: z.string(), result: Result }))
      .describe(
        "Whole campaigns that the answer rests on, with their evidence: what each shows, its result, its folder beside this file.",
      ),
    cost: z.strictObject({
      candidates: Count,
      attempts: Count,
      builds: Count.describe("Programs that were built, not found in the cache."),
      ms: z.number().nonnegative(),
    }),
    warnings: z.array(z.string()).describe("What the reader must know."),
    redacted: z.array(z.strictObject({ what: z.string(), count: z.int().positive() })),
  })
  .meta({ id: "SearchResult", title: "vivarium search" });
export type SearchResult = z.infer<typeof SearchResult>;
