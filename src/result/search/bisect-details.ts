import * as z from "zod";

const Count = z.int().nonnegative();
const Probability = z.number().min(0).max(1);

/** A commit, or a step of whatever else was bisected. */
export const ChangeRecord = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** Null where it is no commit. */
  author: z.string().nullable(),
  date: z.string().nullable(),
  /** `git show --stat`, or what else the change consists of. */
  shown: z.string(),
  probability: Probability,
});
export type ChangeRecord = z.infer<typeof ChangeRecord>;

/** What a bisection found. */
export const BisectDetails = z.strictObject({
  kind: z.literal("bisect"),
  find: z.enum(["introduced", "fixed", "changed"]),
  /** What was bisected over: `.@v1..v2`, `glibc-*`. */
  over: z.string(),
  /** What a change is here: `commit`, `version`, `hunk`, `flag`. */
  unit: z.string(),
  /** Changes between the ends. */
  changes: Count,
  /** Those that may be it: one where it was found, more where they cannot be told apart. */
  named: z.array(ChangeRecord),
  /** What was asked for: the probability at which the search stops. */
  confidence: Probability,
  /** Fresh attempts of the change and of its parents, interleaved; null where it did not come to that. */
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
    .nullable(),
  /** What `git bisect log` would print; null where it is not a history of git. */
  gitBisectLog: z.string().nullable(),
});
export type BisectDetails = z.infer<typeof BisectDetails>;
