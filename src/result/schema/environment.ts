import * as z from "zod";
import { SourcePin } from "../../manifest/source-recipe.js";
import { Attempts, Count, Counted, Probability, RateRecord } from "./rate.js";
import { OutputRecord, SignatureRecord } from "./signature.js";

export const EnvironmentRecord = z.strictObject({
  id: z
    .string()
    .describe(
      "Name of this combination: the environment, with the variant, the place it ran and the condition where those vary.",
    ),
  variant: z.string().describe("Variant of the repro."),
  builtIn: z.string().describe("The environment that the program was built in."),
  ranOn: z
    .string()
    .describe("The environment that the program ran in: with --run-on another one than it was built in."),
  condition: z.string().nullable().describe("Condition of --perturb; null where there was none."),
  libc: z
    .strictObject({
      family: z.enum(["glibc", "musl"]).describe("Which libc."),
      version: z.string().describe("Its version: `2.36`."),
      package: z.string().describe("Its package: `libc6 2.36-9+deb12u14`."),
    })
    .describe("The libc that the program ran on."),
  go: z
    .strictObject({ version: z.string().describe("`1.15.15`.") })
    .nullable()
    .describe("The Go that built the program; null for other languages."),
  sources: z
    .array(SourcePin)
    .optional()
    .describe(
      "The sources that its libc and its Go were built from; absent where neither was built from source.",
    ),
  compiler: z.string().describe("Name and version of the compiler."),
  image: z.string().describe("The engine's id of the image; empty where the program was not built."),
  packages: z
    .record(z.string(), z.string())
    .describe("Packages that matter (libc, compiler, gdb, Go, linker): name -> version."),
  addedPackages: z
    .record(z.string(), z.string())
    .optional()
    .describe("Packages that the repro asks for: name -> version; absent where it asks for none."),
  binary: z
    .strictObject({
      sha256: z.string().describe("sha256 of its bytes."),
      link: z.enum(["static", "dynamic"]).describe("How it is linked."),
      commands: z.array(z.string()).describe("The command lines that built it."),
      linkWarnings: z.array(z.string()).describe("The linker's warnings, as it printed them."),
    })
    .nullable()
    .describe("The program; null where it was not built."),
  host: z
    .strictObject({
      kernel: z.string().describe("The kernel's release."),
      cpu: z.string().describe("Model of the processor."),
      engine: z.string().describe("The engine and its version."),
    })
    .describe("The machine that the engine runs on."),
  nodes: z
    .array(
      z.strictObject({
        id: z.string().describe("The swarm's name of the machine, or the engine's own id."),
        hostname: z.string().describe("Name of the machine; empty where it is not known."),
        engine: z.string().describe("Version of its engine; empty where it is not known."),
        kernel: z
          .string()
          .optional()
          .describe("The kernel's release; absent where a swarm does not tell it."),
        cpus: z.int().positive().describe("Number of its processors."),
        attempts: Attempts,
        counted: Counted,
      }),
    )
    .optional()
    .describe("Attempts by machine; absent where there was one machine alone."),
  strata: z
    .strictObject({
      adjustedPValue: Probability.describe(
        "The smallest p-value of a machine against the others, corrected.",
      ),
      differs: z.boolean().describe("Whether the rate depends on the machine."),
      stratified: RateRecord.describe("The mean of the machines' rates: each machine counts the same."),
    })
    .optional()
    .describe("Comparison of those machines; absent where one machine made all attempts."),
  identicalTo: z
    .string()
    .nullable()
    .describe(
      "Id of an environment with the same binary and image: one run speaks for both. Null where there is none.",
    ),
  notBuilt: z
    .strictObject({
      why: z.string().describe("Why not: in the compiler's words, where a compiler ran."),
      remedy: z.string().nullable().describe("What to do; null where nothing is known."),
      foreseen: z.boolean().describe("Whether this was known before anything was built."),
    })
    .optional()
    .describe("Why the program could not be built there; absent where it was, or where the engine failed."),
  attempts: Attempts,
  nothingToSchedule: z
    .literal(true)
    .optional()
    .describe(
      "vivarium was to choose the order of threads, and no attempt had a second thread or process. Absent elsewhere.",
    ),
  outcomes: z
    .strictObject({
      crash: Count.describe("Attempts that a signal or a runtime's fatal error ended."),
      exit: Count.describe("Attempts with an exit status that is not 0."),
      timeout: Count.describe("Attempts that the time limit ended."),
      clean: Count.describe("Attempts with exit status 0."),
    })
    .describe("How many attempts ended in each way."),
  infra: Count.describe("Failures of vivarium or of the engine. No rate counts them."),
  expectation: z
    .strictObject({
      met: z.boolean().nullable().describe("Null where the attempts do not decide it."),
      why: z.string().describe("The reason, in words."),
    })
    .nullable()
    .describe("Whether the repro's expectation holds here; null where it has none."),
  rate: RateRecord.nullable().describe("How often it came to what is counted; null where no attempt ended."),
  throughput: z
    .strictObject({
      attemptsPerSecond: z.number().nonnegative().describe("Attempts a second; 0 where none was made."),
      parallel: z.int().positive().describe("Attempts at a time."),
    })
    .describe("How fast attempts were made, and how many at a time."),
  timeline: z
    .array(
      z.strictObject({
        fromMs: z.number().describe("Start of the span: milliseconds since the campaign began."),
        attempts: Count.describe("Attempts that began in it."),
        counted: Counted,
      }),
    )
    .describe("Attempts over time, in equal spans."),
  durations: z
    .strictObject({
      median: z.number().describe("Half of the attempts took less."),
      p95: z.number().describe("95 % of the attempts took less."),
      max: z.number().describe("The longest attempt."),
    })
    .nullable()
    .describe("How long an attempt took, in milliseconds; null where none ended."),
  signatures: z
    .array(SignatureRecord)
    .describe("Its crashes, and other ends that are not clean, each with its evidence."),
  outputs: z
    .array(OutputRecord)
    .default([])
    .describe(
      "What its clean attempts printed, the most frequent first; outputs that differ in numbers and addresses alone are one.",
    ),
});
export type EnvironmentRecord = z.infer<typeof EnvironmentRecord>;
