import * as z from "zod";

/** A file of the sources, as a debugger or a runtime names it. */
export const SourceFile = z.string().nullable().describe("Source file; null where it is not known.");

/** The last part of the path of a source file or a module, as debuggers, sanitizers and Go name them; of `dir/` it is empty. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** A line of a source file. */
export const SourceLine = z
  .int()
  .nullable()
  .describe("Line of the source file, from 1; null where it is not known.");
