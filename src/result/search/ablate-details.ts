import * as z from "zod";
import { Attempts, Counted, Probability } from "../schema/rate.js";
import { Others, TextFile } from "./parts.js";

/** A part of a repro, and what the crash does without it. */
export const PartRecord = z.strictObject({
  id: z.string().describe("Name of the part in this search."),
  kind: z
    .enum(["function", "statement", "call", "argument", "loop", "setting"])
    .describe("Kind of the part."),
  title: z.string().describe("Its text in short, or the setting."),
  place: z
    .strictObject({
      file: z.string().describe("File of the repro; those of Go's tree begin with `$GOROOT`."),
      line: z.int().positive().describe("Its first line, from 1."),
      lastLine: z.int().positive().describe("Its last line."),
    })
    .nullable()
    .describe("Where it is; null for settings."),
  verdict: z
    .enum([
      "needed",
      "makes it likelier",
      "holds it back",
      "changes the crash",
      "no difference shown",
      "cannot be built without",
    ])
    .describe("What the part is to the crash."),
  attempts: Attempts.describe("Attempts of the program without it."),
  counted: Counted.describe("Those that crashed as the whole program does."),
  pValue: Probability.nullable().describe(
    "p-value of Boschloo's test against the whole program, after Holm's correction; null where nothing was measured.",
  ),
  excludedAbove: Probability.nullable().describe(
    "Rates above this are excluded at 95 %; null where some attempts crashed.",
  ),
  others: Others,
  note: z
    .string()
    .nullable()
    .describe("Why it cannot be built without the part, or which other crash it has then; null otherwise."),
});
export type PartRecord = z.infer<typeof PartRecord>;

/** What settings that matter come to in another environment in which it crashes. */
export const ElsewhereRecord = z.strictObject({
  environment: z.string().describe("Where its attempts were made."),
  whole: z.strictObject({ attempts: Attempts, counted: Counted }).describe("The whole program there."),
  parts: z
    .array(
      z.strictObject({
        id: z.string().describe("Id of the part."),
        title: z.string().describe("What the setting is."),
        verdict: PartRecord.shape.verdict,
        attempts: Attempts,
        counted: Counted,
      }),
    )
    .describe("The program without each of these settings."),
});
export type ElsewhereRecord = z.infer<typeof ElsewhereRecord>;

/** A function that an ablation went into, and the call in it that matters most. */
export const IntoRecord = z.strictObject({
  function: z.string().describe("As its language writes it: `net.(*netFD).connect`."),
  place: z
    .strictObject({
      file: z.string().describe("The file that it lies in; those of Go's tree begin with `$GOROOT`."),
      line: z.int().positive().describe("The line that it begins on."),
    })
    .describe("Where it lies."),
  call: z
    .strictObject({
      part: z.string().describe("Id of the part."),
      needs: z.string().describe("The call, in words."),
      line: z.int().positive().describe("The line that it stands on."),
      verdict: PartRecord.shape.verdict,
      attempts: Attempts,
      counted: Counted,
    })
    .nullable()
    .describe("The call in it that matters most; null where none was shown to matter by itself."),
});
export type IntoRecord = z.infer<typeof IntoRecord>;

/** What matters in a repro. */
export const AblateDetails = z.strictObject({
  kind: z.literal("ablate").describe("Of `vivarium ablate`."),
  environment: z.string().describe("Where attempts were made."),
  whole: z
    .strictObject({ attempts: Attempts, counted: Counted })
    .describe("The whole program. Its attempts were made between those of the others."),
  parts: z.array(PartRecord).describe("Every part that was taken away, one at a time."),
  needs: z.array(z.string()).describe("What the crash needs, in words."),
  likelier: z.array(z.string()).describe("What makes it likelier."),
  files: z
    .array(
      TextFile.extend({
        line: z.int().positive().optional().describe("The number of its first line; 1 where it is absent."),
      }),
    )
    .describe("The program, file by file; then the functions that `--into` went into."),
  elsewhere: z
    .array(ElsewhereRecord)
    .optional()
    .describe("Settings that matter, in other environments in which the repro crashes."),
  into: z
    .array(IntoRecord)
    .optional()
    .describe("The functions that `--into` went into, the outermost first."),
});
export type AblateDetails = z.infer<typeof AblateDetails>;
