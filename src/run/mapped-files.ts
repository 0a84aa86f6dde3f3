import * as z from "zod";

/** What a program's process had mapped, as the kernel said it to the runner, and not the program. */
export const MappedFiles = z.strictObject({
  /** What it ran as: another than the program where that started one in its place. */
  executable: z.string(),
  /** Paths of all files, each once, in the order of their addresses. */
  files: z.array(z.string()),
  /** Processes that it made and that a signal ended as a crash does: what each ran as. Absent: none was seen. */
  children: z.array(z.strictObject({ signal: z.string(), executable: z.string() })).optional(),
});
export type MappedFiles = z.infer<typeof MappedFiles>;
