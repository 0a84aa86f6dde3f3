import * as z from "zod";
import { Result } from "../result.js";
import { Count, Redacted, ReproRecord } from "../schema/rate.js";
import { CandidateRecord } from "./candidate.js";
import { BisectDetails } from "./bisect-details.js";
import { AblateDetails } from "./ablate-details.js";
import { ReduceDetails } from "./reduce-details.js";
import { FixDetails } from "./fix-details.js";

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
    schema: z
      .literal("vivarium/search/1")
      .describe("The format; a change that breaks readers changes the number."),
    id: z.string().describe("Name of the search."),
    vivarium: z.string().describe("Version of vivarium."),
    startedAt: z.iso.datetime().describe("When the search began."),
    finishedAt: z.iso.datetime().describe("When it ended."),
    repro: ReproRecord.describe("The program that the search is about."),
    command: z.string().describe("The command line that repeats it, from `vivarium` on."),
    question: z.string().describe("What was asked, in a sentence."),
    complete: z.boolean().describe("False where the search was interrupted."),
    verdict: z
      .enum(["found", "none", "undecided"])
      .describe("`found`; `none`: there is nothing to find; `undecided`: the attempts do not tell."),
    answer: z.array(z.string()).min(1).describe("The answer, in sentences. The first is the headline."),
    details: SearchDetails.describe("What this kind of search found; `kind` says which."),
    candidates: z.array(CandidateRecord).describe("Every input that was tried."),
    evidence: z
      .array(
        z.strictObject({
          role: z.string().describe("What it shows: `with the change`."),
          campaign: z.string().describe("Name of the campaign."),
          folder: z.string().describe("Its folder, in the search's folder."),
          result: Result.describe("Its result."),
        }),
      )
      .describe("Whole campaigns that the answer rests on."),
    cost: z
      .strictObject({
        candidates: Count.describe("Candidates that were looked at."),
        attempts: Count.describe("Attempts that were made, of all candidates."),
        builds: Count.describe("Programs that were built, not found in the cache."),
        ahead: Count.optional().describe(
          "Programs that were built while others ran, and not needed in the end; not among `builds`. Absent: none.",
        ),
        ms: z.number().nonnegative().describe("Milliseconds that the search took."),
      })
      .describe("What the search took."),
    warnings: z.array(z.string()).describe("What the reader must know."),
    redacted: Redacted,
  })
  .meta({ id: "SearchResult", title: "vivarium search" });
export type SearchResult = z.infer<typeof SearchResult>;
