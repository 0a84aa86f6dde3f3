import * as z from "zod";
import { OutcomeName } from "../../manifest/repro.js";
import { Count } from "../schema/rate.js";

/** A file of a program. */
export const TextFile = z.strictObject({
  path: z.string().describe("Its path in the repro."),
  text: z.string().describe("Its content."),
});

/** Attempts that ended neither well nor in what is counted. */
export const Others = z
  .array(
    z.strictObject({
      what: z.string().describe("The end in words: another crash, an exit status."),
      outcome: OutcomeName.describe("Kind of the end."),
      count: Count.describe("Attempts that ended so."),
    }),
  )
  .describe("Attempts that neither counted nor were clean, by how they ended.");
