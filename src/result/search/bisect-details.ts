import * as z from "zod";

const Count = z.int().nonnegative();
const Probability = z.number().min(0).max(1);

/** A commit, or a step of whatever else was bisected. */
export const ChangeRecord = z.strictObject({
  id: z.string(),
  title: z.string(),
  author: z.string().nullable().describe("Null where it is no commit."),
  date: z.string().nullable(),
  shown: z.string().describe("`git show --stat`, or what else the change consists of."),
  probability: Probability,
});
export type ChangeRecord = z.infer<typeof ChangeRecord>;

/** What a bisection found. */
export const BisectDetails = z.strictObject({
  kind: z.literal("bisect"),
  find: z.enum(["introduced", "fixed", "changed"]),
  over: z.string().describe("What was bisected over: `.@v1..v2`, `glibc-*`."),
  unit: z.string().describe("What a change is here: `commit`, `version`, `hunk`, `flag`."),
  changes: Count.describe("Changes between the ends."),
  named: z
    .array(ChangeRecord)
    .describe("Those that may be it: one where it was found, more where they cannot be told apart."),
  confidence: Probability.describe("What was asked for: the probability at which the search stops."),
  confirmation: z
    .strictObject({
      sides: z.array(
        z.strictObject({
          candidate: z.string(),
          with: z.boolean(),
          attempts: Count,
          counted: Count,
        }),
      ),
      pValue: Probability,
      alpha: Probability,
      test: z.string(),
      confirmed: z.boolean(),
    })
    .nullable()
    .describe(
      "Fresh attempts of the change and of its parents, interleaved; null where it did not come to that.",
    ),
  gitBisectLog: z
    .string()
    .nullable()
    .describe("What `git bisect log` would print; null where it is not a history of git."),
});
export type BisectDetails = z.infer<typeof BisectDetails>;
