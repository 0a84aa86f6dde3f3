import * as z from "zod";

/** What a program's process had mapped, as the kernel said it to the runner, and not the program. */
export const MappedFiles = z.strictObject({
  /** What it ran as: another than the program where that started one in its place. */
  executable: z.string(),
  /** Paths of all files, each once, in the order of their addresses. */
  files: z.array(z.string()),
});
export type MappedFiles = z.infer<typeof MappedFiles>;
