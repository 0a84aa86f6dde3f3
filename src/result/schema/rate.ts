import * as z from "zod";

export const Probability = z.number().min(0).max(1);
export const Count = z.int().nonnegative();
export const Attempts = Count.describe("Attempts that ended.");
export const Counted = Count.describe("Those of them that came to what is counted.");

/** What a result says of its repro. */
export const ReproRecord = z.strictObject({
  name: z.string().describe("Name of the repro."),
  title: z.string().describe("Its title."),
  links: z.array(z.string()).describe("Where the bug is discussed."),
  variant: z.string().nullable().describe("The variant; null where there are several."),
  sourceHash: z.string().describe("sha256 of its files."),
});

export const Redacted = z
  .array(
    z.strictObject({
      what: z.string().describe("Kind of what was replaced: `home folder`, `IP address`."),
      count: z.int().positive().describe("How often it was replaced."),
    }),
  )
  .describe("What was replaced before this was shared; empty where nothing was.");

export const RateRecord = z.strictObject({
  of: z.string().describe("What is counted: the expected crash where the repro names one, else any crash."),
  estimate: Probability.describe("Counted attempts, divided by attempts that ended."),
  low: Probability.describe("Lower end of the interval."),
  high: Probability.describe("Upper end of the interval."),
  confidence: Probability.describe("Confidence of the interval: 0.95."),
  method: z.string().describe("Name of the interval: it depends on the rule by which attempts ended."),
});
export type RateRecord = z.infer<typeof RateRecord>;
