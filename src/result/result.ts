import * as z from "zod";
import { SourcePin } from "../manifest/source-recipe.js";
import { Evidence } from "../crash/evidence.js";
import { OutcomeName } from "../manifest/repro.js";

const Probability = z.number().min(0).max(1);
const Count = z.int().nonnegative();

export const RateRecord = z.strictObject({
  /** What is counted: the expected crash where the repro names one, else any crash. */
  of: z.string(),
  estimate: Probability,
  low: Probability,
  high: Probability,
  confidence: Probability,
  method: z.string(),
});
export type RateRecord = z.infer<typeof RateRecord>;

/** The smallest schedule that a crash comes of, where vivarium chose the order in which threads ran. */
export const ScheduleRecord = z.strictObject({
  /** In the campaign's folder: what `run --schedule FILE` plays. */
  file: z.string(),
  /** Its switches; those of the attempt that it was found in. */
  switches: Count,
  found: Count,
  /** Whether none of its switches can go. */
  minimal: z.boolean(),
  /** How often it was played, and how often the crash came. */
  played: z.strictObject({ attempts: Count, crashes: Count }),
  deadlock: z.boolean(),
  /** In words, a sentence or two each. */
  story: z.array(z.string()),
  /** What which thread did, in the order of time; threads are numbered from 1 by their birth. */
  spans: z.array(z.strictObject({ thread: z.int().positive(), what: z.string() })),
});
export type ScheduleRecord = z.infer<typeof ScheduleRecord>;

export const SignatureRecord = z.strictObject({
  /** Stable name of "the same crash": 12 hex digits. */
  id: z.string(),
  title: z.string(),
  /** So little is known of it that another crash may be called the same: it is compared with none. Absent where enough is known. */
  weak: z.literal(true).optional(),
  outcome: OutcomeName,
  signal: z.string().nullable(),
  exitCode: z.int().nullable(),
  /** Attempts that ended so. */
  count: Count,
  /** How the count is known: `observed`, or in words where attempts that ended alike were told apart by gdb runs. */
  countBasis: z.string(),
  firstAttempt: z.int().positive(),
  evidence: Evidence,
  schedule: ScheduleRecord.optional(),
});
export type SignatureRecord = z.infer<typeof SignatureRecord>;

export const OutputRecord = z.strictObject({
  /** The first attempt's output, both streams, its first lines. */
  text: z.string(),
  /** Clean attempts that printed it. */
  count: Count,
  /** Its numbers or addresses differ between the attempts that were looked at. */
  varies: z.boolean(),
  /** Of the whole output without what varies: the same name for the same output anywhere. */
  shape: z.string(),
});
export type OutputRecord = z.infer<typeof OutputRecord>;

export const EnvironmentRecord = z.strictObject({
  /** The cell: an environment's name, with variant, run-on or condition where those vary. */
  id: z.string(),
  variant: z.string(),
  /** The environment that the program was built in. */
  builtIn: z.string(),
  /** The environment that the program ran in; differs from where it was built only with --run-on. */
  ranOn: z.string(),
  condition: z.string().nullable(),
  libc: z.strictObject({ family: z.enum(["glibc", "musl"]), version: z.string(), package: z.string() }),
  go: z.strictObject({ version: z.string() }).nullable(),
  /** What its libc and its Go were built from, where that is source. */
  sources: z.array(SourcePin).optional(),
  compiler: z.string(),
  /** The engine's image id. */
  image: z.string(),
  /** Versions of the packages that matter (libc, compiler, gdb, Go, linker): name -> version. */
  packages: z.record(z.string(), z.string()),
  /** Packages that the repro asks for in it, name -> version; absent where it asks for none. */
  addedPackages: z.record(z.string(), z.string()).optional(),
  binary: z
    .strictObject({
      sha256: z.string(),
      link: z.enum(["static", "dynamic"]),
      commands: z.array(z.string()),
      linkWarnings: z.array(z.string()),
    })
    .nullable(),
  host: z.strictObject({ kernel: z.string(), cpu: z.string(), engine: z.string() }),
  /** Attempts by machine, where there was more than one (`--swarm`, `--host` more than once); absent else. */
  nodes: z
    .array(
      z.strictObject({
        /** The swarm's name of the machine, or the engine's own id. */
        id: z.string(),
        hostname: z.string(),
        engine: z.string(),
        /** The kernel's release; absent where a swarm does not tell it. */
        kernel: z.string().optional(),
        cpus: z.int().positive(),
        attempts: Count,
        counted: Count,
      }),
    )
    .optional(),
  /** Whether the rates differ between those machines, and the estimate in which each counts the same. */
  strata: z
    .strictObject({ adjustedPValue: Probability, differs: z.boolean(), stratified: RateRecord })
    .optional(),
  /** Name of the environment whose binary and image are identical, so that it was run once for both. */
  identicalTo: z.string().nullable(),
  attempts: Count,
  outcomes: z.strictObject({ crash: Count, exit: Count, timeout: Count, clean: Count }),
  infra: Count,
  expectation: z.strictObject({ met: z.boolean().nullable(), why: z.string() }).nullable(),
  /** Null where no attempt counted. */
  rate: RateRecord.nullable(),
  throughput: z.strictObject({ attemptsPerSecond: z.number().nonnegative(), parallel: z.int().positive() }),
  /** Attempts over time, for the plot: equal spans of the campaign. */
  timeline: z.array(z.strictObject({ fromMs: z.number(), attempts: Count, counted: Count })),
  /** Milliseconds an attempt took. */
  durations: z.strictObject({ median: z.number(), p95: z.number(), max: z.number() }).nullable(),
  signatures: z.array(SignatureRecord),
  /** What its clean attempts printed, the most frequent first; outputs that differ in numbers and addresses alone are one. */
  outputs: z.array(OutputRecord).default([]),
});
export type EnvironmentRecord = z.infer<typeof EnvironmentRecord>;

export const ComparisonRecord = z.strictObject({
  a: z.string(),
  b: z.string(),
  of: z.string(),
  /** rate(b) - rate(a), and its interval. */
  difference: z.number(),
  low: z.number(),
  high: z.number(),
  pValue: Probability,
  adjustedPValue: Probability,
  /** Names of the test, the interval and the correction. */
  test: z.string(),
  /** True where the rates, or the rates of a signature, differ after correction for the number of comparisons. */
  differs: z.boolean(),
  /** In words: `differs: …`, `no difference shown: …`. */
  verdict: z.string(),
});
export type ComparisonRecord = z.infer<typeof ComparisonRecord>;

/** `result.json`, `run --json`. docs/reference/result.md names its fields; `schemas/result.schema.json` is generated from this. */
export const Result = z
  .strictObject({
    schema: z.literal("vivarium/result/1"),
    id: z.string(),
    vivarium: z.string(),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime(),
    plan: z.strictObject({
      hash: z.string(),
      repro: z.strictObject({
        name: z.string(),
        title: z.string(),
        links: z.array(z.string()),
        variant: z.string().nullable(),
        sourceHash: z.string(),
      }),
      /** The command line that repeats this campaign, from `vivarium` on. */
      command: z.string(),
      stop: z.string(),
      seed: z.int(),
      parallel: z.int().positive(),
      /** What loosens the sandbox, in words: `network bridge`; mostly empty. */
      loosened: z.array(z.string()),
    }),
    /** False where it was interrupted or an environment failed before its stop rule was met. */
    complete: z.boolean(),
    environments: z.array(EnvironmentRecord),
    comparisons: z.array(ComparisonRecord),
    /** What decides, in sentences backed by counts; empty where nothing varies. */
    decides: z.array(z.string()),
    /** What the reader must know: limits that were not in force, parallel running, emulation. */
    warnings: z.array(z.string()),
    infra: z.array(z.strictObject({ where: z.string(), attempt: z.int().nullable(), message: z.string() })),
    /** What was replaced before this was shared (`src/result/redaction.ts`); empty where nothing was. */
    redacted: z.array(z.strictObject({ what: z.string(), count: z.int().positive() })),
  })
  .meta({ id: "Result", title: "vivarium result" });
export type Result = z.infer<typeof Result>;
