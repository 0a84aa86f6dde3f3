import * as z from "zod";

const Count = z.int().nonnegative();
const Probability = z.number().min(0).max(1);

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

const Side = z.strictObject({ environment: z.string(), attempts: Count, counted: Count });

/** What came of a patch. */
export const FixDetails = z.strictObject({
  kind: z.literal("fix"),
  patches: z.array(z.string()),
  verdict: z.enum(FIX_VERDICTS),
  without: Side,
  with: Side,
  excludedAbove: Probability.nullable().describe(
    "Rates of the patched side above this are excluded at 95 %; null where it made no attempt.",
  ),
  pValue: Probability.nullable(),
  test: z.string().nullable(),
  newCrash: z
    .string()
    .nullable()
    .describe("Another crash that came in place of the one that is gone: its signature's title."),
  control: z
    .strictObject({ attempts: Count, counted: Count, pValue: Probability, differs: z.boolean() })
    .nullable()
    .describe(
      "Fresh attempts of the unpatched side against those above: they must not differ. Null where none were made.",
    ),
  trailer: z.array(z.string()).describe("Lines for a patch's submission."),
});
export type FixDetails = z.infer<typeof FixDetails>;
