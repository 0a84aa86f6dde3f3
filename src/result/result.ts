import * as z from "zod";
import { EnvironmentRecord } from "./schema/environment.js";
import { Probability, Redacted, ReproRecord } from "./schema/rate.js";

export { EnvironmentRecord } from "./schema/environment.js";
export { RateRecord } from "./schema/rate.js";
export { HoldRecord, OutputRecord, ScheduleRecord, SignatureRecord } from "./schema/signature.js";

export const ComparisonRecord = z.strictObject({
  a: z.string().describe("Name of the environment that is compared with."),
  b: z.string().describe("Name of the environment that is compared."),
  of: z.string().describe("What is counted."),
  difference: z.number().describe("rate(b) - rate(a)."),
  low: z.number().describe("Lower end of the interval of the difference."),
  high: z.number().describe("Upper end of the interval of the difference."),
  pValue: Probability.describe("p-value of the test, before correction."),
  adjustedPValue: Probability.describe("p-value after correction for the number of comparisons."),
  test: z.string().describe("Names of the test, the interval and the correction."),
  differs: z
    .boolean()
    .describe(
      "True where the rates, or the rates of a signature, differ after correction for the number of comparisons.",
    ),
  verdict: z.string().describe("In words: `differs: …`, `no difference in rate shown: …`."),
});
export type ComparisonRecord = z.infer<typeof ComparisonRecord>;

/** `result.json`, `run --json`. docs/reference/result.md names its fields; `schemas/result.schema.json` is generated from this. */
export const Result = z
  .strictObject({
    schema: z
      .literal("vivarium/result/1")
      .describe("The format; a change that breaks readers changes the number."),
    id: z.string().describe("Name of the campaign."),
    vivarium: z.string().describe("Version of vivarium."),
    startedAt: z.iso.datetime().describe("When the campaign began."),
    finishedAt: z.iso.datetime().describe("When its last part ended."),
    plan: z
      .strictObject({
        hash: z
          .string()
          .describe("Hash of the whole plan: two campaigns with the same hash asked for the same."),
        repro: ReproRecord.describe("The program that crashed."),
        command: z.string().describe("The command line that repeats this campaign, from `vivarium` on."),
        stop: z.string().describe("The rule that ended the attempts, in words."),
        seed: z.int().describe("Seed of the order of attempts."),
        parallel: z.int().positive().describe("Attempts at a time."),
        loosened: z
          .array(z.string())
          .describe("What loosens the sandbox, in words: `network bridge`; mostly empty."),
      })
      .describe("What was asked for."),
    complete: z
      .boolean()
      .describe("False where it was interrupted or an environment failed before its stop rule was met."),
    environments: z
      .array(EnvironmentRecord)
      .describe("One record for each combination of environment, variant and condition."),
    comparisons: z
      .array(ComparisonRecord)
      .describe("Comparisons of the rates: each environment with the baseline, or every two of them."),
    decides: z
      .array(z.string())
      .describe("What decides, in sentences backed by counts; empty where nothing varies."),
    warnings: z
      .array(z.string())
      .describe("What the reader must know: limits that were not in force, parallel running, emulation."),
    infra: z
      .array(
        z.strictObject({
          where: z.string().describe("The environment."),
          attempt: z
            .int()
            .nullable()
            .describe("Number of the attempt; null where it was no attempt that failed."),
          message: z.string().describe("What failed."),
        }),
      )
      .describe("Failures of vivarium or of the engine. No rate counts them."),
    redacted: Redacted,
  })
  .meta({ id: "Result", title: "vivarium result" });
export type Result = z.infer<typeof Result>;
