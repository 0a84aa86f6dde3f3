import * as z from "zod";
import { Attempts, Counted, Probability } from "../schema/rate.js";

/** What a patch does to a crash. */
export const FIX_VERDICTS = [
  "fixed",
  "rarer",
  "no-difference",
  "another-crash",
  "more-often",
  "not-seen",
  "control-differs",
  "not-built",
] as const;
export type FixVerdict = (typeof FIX_VERDICTS)[number];

const Side = z.strictObject({
  environment: z.string().describe("Id of its record in the campaign."),
  attempts: Attempts,
  counted: Counted,
});

/** What came of a patch. */
export const FixDetails = z.strictObject({
  kind: z.literal("fix").describe("Of `vivarium fix`."),
  patches: z.array(z.string()).describe("Names of the patches."),
  verdict: z.enum(FIX_VERDICTS).describe("What the patch does."),
  without: Side.describe("The program without the patch."),
  with: Side.describe("The program with the patch."),
  excludedAbove: Probability.nullable().describe(
    "Rates of the patched side above this are excluded at 95 %; null where it made no attempt.",
  ),
  pValue: Probability.nullable().describe(
    "p-value of the difference; null where the sides were not compared.",
  ),
  test: z.string().nullable().describe("Name of the test; null where the sides were not compared."),
  newCrash: z
    .string()
    .nullable()
    .describe("Title of another crash that the patched program has; null where it has none."),
  control: z
    .strictObject({
      attempts: Attempts,
      counted: Counted,
      pValue: Probability.describe("p-value of the difference."),
      differs: z.boolean().describe("Whether they differ: then the answer cannot be trusted."),
    })
    .nullable()
    .describe(
      "Fresh attempts without the patch, compared with those of `without`: they must not differ. Null where none were made.",
    ),
  trailer: z.array(z.string()).describe("Lines for the message of a commit with the patch."),
});
export type FixDetails = z.infer<typeof FixDetails>;
