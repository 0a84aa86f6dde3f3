import * as z from "zod";
import { Attempts, Count, Counted, Probability } from "../schema/rate.js";

/** A commit, or a step of whatever else was bisected. */
export const ChangeRecord = z.strictObject({
  id: z.string().describe("The whole hash of a commit, or the name of the step."),
  title: z.string().describe("A commit's subject, or the step in words."),
  author: z.string().nullable().describe("Null where it is no commit."),
  date: z.string().nullable().describe("Date of the commit; null where it is no commit."),
  shown: z.string().describe("`git show --stat`, or what else the change consists of."),
  probability: Probability.describe("Probability that this is the change."),
});
export type ChangeRecord = z.infer<typeof ChangeRecord>;

/** What a bisection found. */
export const BisectDetails = z.strictObject({
  kind: z.literal("bisect").describe("Of `vivarium bisect`."),
  find: z
    .enum(["introduced", "fixed", "changed"])
    .describe("What was looked for: the change that brought the crash, ended it, or made it another."),
  over: z.string().describe("What was bisected over: `.@v1..v2`, `glibc-*`."),
  unit: z.string().describe("What a change is here: `commit`, `version`, `hunk`, `flag`."),
  changes: Count.describe("Changes between the ends."),
  named: z
    .array(ChangeRecord)
    .describe("The change that was found; several where they cannot be told apart."),
  confidence: Probability.describe("Probability of the answer at which the search may stop."),
  confirmation: z
    .strictObject({
      sides: z
        .array(
          z.strictObject({
            candidate: z.string().describe("Id of the candidate."),
            with: z.boolean().describe("Whether it has the change."),
            attempts: Attempts,
            counted: Counted,
          }),
        )
        .describe("The change and what it was made from."),
      pValue: Probability.describe("p-value of the test."),
      alpha: Probability.describe("The change is confirmed where the p-value is below this."),
      test: z.string().describe("Name of the test."),
      confirmed: z.boolean().describe("Whether the change is confirmed."),
    })
    .nullable()
    .describe("Fresh attempts of the change and of its parents, in turn; null where none were made."),
  gitBisectLog: z
    .string()
    .nullable()
    .describe("What `git bisect log` would print; null where it is not a history of git."),
});
export type BisectDetails = z.infer<typeof BisectDetails>;
