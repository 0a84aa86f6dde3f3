import * as z from "zod";
import { Evidence } from "../../crash/evidence.js";
import { OutcomeName } from "../../manifest/repro.js";
import { Count } from "./rate.js";

/** The smallest schedule with a crash, where vivarium chose the order in which threads ran. */
export const ScheduleRecord = z.strictObject({
  file: z.string().describe("File in the campaign's folder; `run --schedule FILE` plays it."),
  switches: Count.describe("How many switches between threads it has."),
  found: Count.describe("How many the attempt had in which it was found."),
  minimal: z.boolean().describe("Whether the crash needs every one of its switches."),
  played: z
    .strictObject({
      attempts: Count.describe("Attempts that played it."),
      crashes: Count.describe("Those of them that crashed."),
    })
    .describe("How often it was played, and how often the crash came."),
  deadlock: z.boolean().describe("Whether it ends in a deadlock, not in a crash."),
  story: z.array(z.string()).describe("What happens, step by step, in words."),
  spans: z
    .array(
      z.strictObject({
        thread: z.int().positive().describe("Number of the thread."),
        process: z
          .literal(true)
          .optional()
          .describe("True for the first thread of a process that the program started; else absent."),
        what: z.string().describe("What it did, in words."),
      }),
    )
    .describe(
      "Which thread ran when, in the order of time. Threads are numbered from 1 in the order of their creation.",
    ),
});
export type ScheduleRecord = z.infer<typeof ScheduleRecord>;

/** Where holding one thread makes a crash frequent, while all others run freely. */
export const HoldRecord = z.strictObject({
  file: z.string().describe("File in the campaign's folder; `run --schedule FILE` holds a thread there."),
  script: z.string().describe("File in the campaign's folder: a script for gdb that does the same by hand."),
  place: z.string().describe("The instruction, as file of the environment and offset in it."),
  function: z.string().nullable().describe("Function that it is in; null where that has no name."),
  offset: Count.describe("Bytes from the beginning of that function."),
  source: z.string().nullable().describe("Source file; null where it is not known."),
  line: z.int().nullable().describe("Line of the source; null where it is not known."),
  instruction: z.string().describe("The instruction before which the thread is held."),
  object: z.string().nullable().describe("The library that it is in; null for the program itself."),
  pass: z
    .int()
    .positive()
    .describe("For the how many-th time that a thread comes there, since there are several."),
  ms: z.int().positive().describe("Milliseconds for which it is held."),
  attempts: Count.describe("Fresh attempts with this hold."),
  crashes: Count.describe("Those of them that crashed so."),
  controls: z
    .array(
      z.strictObject({
        what: z.string().describe("What was done in place of it, in words."),
        attempts: Count.describe("Attempts, made in turns with those of the hold."),
        crashes: Count.describe("Those of them that crashed so."),
        adjustedPValue: z
          .number()
          .min(0)
          .max(1)
          .describe("Boschloo's test against the hold, corrected for all controls (Holm)."),
      }),
    )
    .describe("Other places with a hold as long, and attempts without one."),
  isPlace: z
    .boolean()
    .describe(
      "Whether every control differs from it: then it is the place that brings the crash, not the delay.",
    ),
  tried: z
    .strictObject({
      places: Count.describe("Places that were tried; 0 where the hold was given."),
      attempts: Count.describe("Attempts that looked for it; no rate counts them."),
    })
    .describe("How far it was looked for."),
  deadlock: z.boolean().describe("Whether it ends in a deadlock, not in a crash."),
  story: z.array(z.string()).describe("How it ends, in words."),
});
export type HoldRecord = z.infer<typeof HoldRecord>;

export const SignatureRecord = z.strictObject({
  id: z.string().describe('Stable name of "the same crash": 12 hex digits.'),
  title: z.string().describe("The crash in a line: its signal, where, called by whom."),
  weak: z
    .literal(true)
    .optional()
    .describe(
      "So little is known about it that another crash may have the same id: it is not compared. Absent where enough is known.",
    ),
  outcome: OutcomeName.describe("How these attempts ended."),
  signal: z.string().nullable().describe("The signal that ended them; null where none did."),
  exitCode: z
    .int()
    .nullable()
    .describe("Their exit status; null where a signal or the time limit ended them."),
  count: Count.describe("Attempts that ended so."),
  countBasis: z
    .string()
    .describe(
      "How the count is known: `observed`; or, in words, how gdb told apart attempts that ended alike.",
    ),
  firstAttempt: z.int().positive().describe("Number of the first such attempt, from 1."),
  evidence: Evidence.describe("What is known about the crash."),
  schedule: ScheduleRecord.optional().describe(
    "The smallest schedule with this crash; absent where vivarium did not choose the order of threads.",
  ),
  hold: HoldRecord.optional().describe(
    "Where holding a thread brings this crash; absent where none was held, or that was not found.",
  ),
});
export type SignatureRecord = z.infer<typeof SignatureRecord>;

export const OutputRecord = z.strictObject({
  text: z.string().describe("First lines of the output of the first such attempt, both streams."),
  count: Count.describe("Clean attempts that printed it."),
  varies: z.boolean().describe("Whether its numbers or addresses differ between attempts."),
  shape: z
    .string()
    .describe("Hash of the whole output without what varies: equal wherever the output is the same."),
});
export type OutputRecord = z.infer<typeof OutputRecord>;
