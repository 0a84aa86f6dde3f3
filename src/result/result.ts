import * as z from "zod";
import { SourcePin } from "../manifest/source-recipe.js";
import { Evidence } from "../crash/evidence.js";
import { OutcomeName } from "../manifest/repro.js";

const Probability = z.number().min(0).max(1);
const Count = z.int().nonnegative();

export const RateRecord = z.strictObject({
  of: z.string().describe("What is counted: the expected crash where the repro names one, else any crash."),
  estimate: Probability.describe("Counted attempts, divided by attempts that ended."),
  low: Probability.describe("Lower end of the interval."),
  high: Probability.describe("Upper end of the interval."),
  confidence: Probability.describe("Confidence of the interval: 0.95."),
  method: z.string().describe("Name of the interval: it depends on the rule by which attempts ended."),
});
export type RateRecord = z.infer<typeof RateRecord>;

/** The smallest schedule that a crash comes of, where vivarium chose the order in which threads ran. */
export const ScheduleRecord = z.strictObject({
  file: z.string().describe("In the campaign's folder: what `run --schedule FILE` plays."),
  switches: Count.describe("Its switches; those of the attempt that it was found in."),
  found: Count,
  minimal: z.boolean().describe("Whether none of its switches can go."),
  played: z
    .strictObject({ attempts: Count, crashes: Count })
    .describe("How often it was played, and how often the crash came."),
  deadlock: z.boolean(),
  story: z.array(z.string()).describe("In words, a sentence or two each."),
  spans: z
    .array(z.strictObject({ thread: z.int().positive(), what: z.string() }))
    .describe("What which thread did, in the order of time; threads are numbered from 1 by their birth."),
});
export type ScheduleRecord = z.infer<typeof ScheduleRecord>;

export const SignatureRecord = z.strictObject({
  id: z.string().describe('Stable name of "the same crash": 12 hex digits.'),
  title: z.string().describe("The crash in a line: its signal, where, called by whom."),
  weak: z
    .literal(true)
    .optional()
    .describe(
      "So little is known of it that another crash may be called the same: it is compared with none. Absent where enough is known.",
    ),
  outcome: OutcomeName.describe("How these attempts ended."),
  signal: z.string().nullable().describe("The signal that ended them; null where none did."),
  exitCode: z
    .int()
    .nullable()
    .describe("Their exit status; null where a signal ended them, or their time was over."),
  count: Count.describe("Attempts that ended so."),
  countBasis: z
    .string()
    .describe(
      "How the count is known: `observed`, or in words where attempts that ended alike were told apart by gdb runs.",
    ),
  firstAttempt: z.int().positive().describe("Number of the first such attempt, from 1."),
  evidence: Evidence.describe("What is known of the crash."),
  schedule: ScheduleRecord.optional().describe(
    "Where vivarium chose the order of threads: the smallest one that the crash comes of.",
  ),
});
export type SignatureRecord = z.infer<typeof SignatureRecord>;

export const OutputRecord = z.strictObject({
  text: z.string().describe("The first attempt's output, both streams, its first lines."),
  count: Count.describe("Clean attempts that printed it."),
  varies: z.boolean().describe("Its numbers or addresses differ between the attempts that were looked at."),
  shape: z
    .string()
    .describe("Of the whole output without what varies: the same name for the same output anywhere."),
});
export type OutputRecord = z.infer<typeof OutputRecord>;

export const EnvironmentRecord = z.strictObject({
  id: z
    .string()
    .describe("The cell: an environment's name, with variant, run-on or condition where those vary."),
  variant: z.string().describe("Variant of the repro."),
  builtIn: z.string().describe("The environment that the program was built in."),
  ranOn: z
    .string()
    .describe("The environment that the program ran in; differs from where it was built only with --run-on."),
  condition: z.string().nullable().describe("Condition of --perturb; null where there was none."),
  libc: z
    .strictObject({ family: z.enum(["glibc", "musl"]), version: z.string(), package: z.string() })
    .describe("Family, version and package of the libc that it ran on."),
  go: z
    .strictObject({ version: z.string() })
    .nullable()
    .describe("Version of Go that built it; null for other languages."),
  sources: z
    .array(SourcePin)
    .optional()
    .describe("What its libc and its Go were built from, where that is source."),
  compiler: z.string().describe("Name and version of the compiler."),
  image: z.string().describe("The engine's image id."),
  packages: z
    .record(z.string(), z.string())
    .describe("Versions of the packages that matter (libc, compiler, gdb, Go, linker): name -> version."),
  addedPackages: z
    .record(z.string(), z.string())
    .optional()
    .describe("Packages that the repro asks for in it, name -> version; absent where it asks for none."),
  binary: z
    .strictObject({
      sha256: z.string(),
      link: z.enum(["static", "dynamic"]),
      commands: z.array(z.string()),
      linkWarnings: z.array(z.string()),
    })
    .nullable(),
  host: z
    .strictObject({ kernel: z.string(), cpu: z.string(), engine: z.string() })
    .describe("Kernel, processor and engine of the machine."),
  nodes: z
    .array(
      z.strictObject({
        id: z.string().describe("The swarm's name of the machine, or the engine's own id."),
        hostname: z.string(),
        engine: z.string(),
        kernel: z
          .string()
          .optional()
          .describe("The kernel's release; absent where a swarm does not tell it."),
        cpus: z.int().positive(),
        attempts: Count.describe("Attempts that ended; every rate is of these."),
        counted: Count,
      }),
    )
    .optional()
    .describe(
      "Attempts by machine, where there was more than one (`--swarm`, `--host` more than once); absent else.",
    ),
  strata: z
    .strictObject({ adjustedPValue: Probability, differs: z.boolean(), stratified: RateRecord })
    .optional()
    .describe(
      "Whether the rates differ between those machines, and the estimate in which each counts the same.",
    ),
  identicalTo: z
    .string()
    .nullable()
    .describe(
      "Name of the environment whose binary and image are identical, so that it was run once for both.",
    ),
  notBuilt: z
    .strictObject({
      why: z.string().describe("In the words of the compiler, where one was asked."),
      remedy: z.string().nullable().describe("What would do."),
      foreseen: z.boolean().describe("True where it was known before anything was built."),
    })
    .optional()
    .describe("Why the program could not be built there; absent where it was, or where the engine failed."),
  attempts: Count,
  outcomes: z
    .strictObject({ crash: Count, exit: Count, timeout: Count, clean: Count })
    .describe("How many attempts ended in each way."),
  infra: Count.describe("What failed on the side of vivarium or the engine; in no rate."),
  expectation: z
    .strictObject({ met: z.boolean().nullable(), why: z.string() })
    .nullable()
    .describe("Whether what was expected of it holds, and why; null where nothing was expected."),
  rate: RateRecord.nullable().describe("Null where no attempt counted."),
  throughput: z
    .strictObject({ attemptsPerSecond: z.number().nonnegative(), parallel: z.int().positive() })
    .describe("How fast attempts were made, and how many at a time."),
  timeline: z
    .array(z.strictObject({ fromMs: z.number(), attempts: Count, counted: Count }))
    .describe("Attempts over time, for the plot: equal spans of the campaign."),
  durations: z
    .strictObject({ median: z.number(), p95: z.number(), max: z.number() })
    .nullable()
    .describe("Milliseconds an attempt took."),
  signatures: z
    .array(SignatureRecord)
    .describe("Its crashes and other ends that are not clean, each with its evidence."),
  outputs: z
    .array(OutputRecord)
    .default([])
    .describe(
      "What its clean attempts printed, the most frequent first; outputs that differ in numbers and addresses alone are one.",
    ),
});
export type EnvironmentRecord = z.infer<typeof EnvironmentRecord>;

export const ComparisonRecord = z.strictObject({
  a: z.string().describe("Name of the environment that is compared with."),
  b: z.string().describe("Name of the environment that is compared."),
  of: z.string().describe("What is counted."),
  difference: z.number().describe("rate(b) - rate(a), and its interval."),
  low: z.number().describe("Lower end of the interval of the difference."),
  high: z.number().describe("Upper end of the interval of the difference."),
  pValue: Probability.describe("Of the test, before correction."),
  adjustedPValue: Probability.describe("After correction for the number of comparisons."),
  test: z.string().describe("Names of the test, the interval and the correction."),
  differs: z
    .boolean()
    .describe(
      "True where the rates, or the rates of a signature, differ after correction for the number of comparisons.",
    ),
  verdict: z.string().describe("In words: `differs: …`, `no difference shown: …`."),
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
    startedAt: z.iso.datetime().describe("ISO 8601."),
    finishedAt: z.iso.datetime().describe("ISO 8601."),
    plan: z.strictObject({
      hash: z.string().describe("Of the whole plan: two campaigns with one hash asked for the same."),
      repro: z.strictObject({
        name: z.string().describe("Name of the repro."),
        title: z.string().describe("Its title."),
        links: z.array(z.string()).describe("Where the bug is discussed."),
        variant: z.string().nullable().describe("The variant, where there is one alone."),
        sourceHash: z.string().describe("Of its files."),
      }),
      command: z.string().describe("The command line that repeats this campaign, from `vivarium` on."),
      stop: z.string().describe("The rule by which attempts ended, in words."),
      seed: z.int().describe("Of the order of attempts."),
      parallel: z.int().positive().describe("Attempts at a time."),
      loosened: z
        .array(z.string())
        .describe("What loosens the sandbox, in words: `network bridge`; mostly empty."),
    }),
    complete: z
      .boolean()
      .describe("False where it was interrupted or an environment failed before its stop rule was met."),
    environments: z
      .array(EnvironmentRecord)
      .describe("One record for each combination of environment, variant and condition."),
    comparisons: z
      .array(ComparisonRecord)
      .describe("Each environment with the baseline, or every two of them."),
    decides: z
      .array(z.string())
      .describe("What decides, in sentences backed by counts; empty where nothing varies."),
    warnings: z
      .array(z.string())
      .describe("What the reader must know: limits that were not in force, parallel running, emulation."),
    infra: z
      .array(z.strictObject({ where: z.string(), attempt: z.int().nullable(), message: z.string() }))
      .describe(
        "Failures on the side of vivarium or the engine, by environment and attempt; they are counted nowhere else.",
      ),
    redacted: z
      .array(z.strictObject({ what: z.string(), count: z.int().positive() }))
      .describe(
        "What was replaced before this was shared (`src/result/redaction.ts`); empty where nothing was.",
      ),
  })
  .meta({ id: "Result", title: "vivarium result" });
export type Result = z.infer<typeof Result>;
