import * as z from "zod";

/** What gdb saw of an attempt that hangs, at its time limit. */
export const HangLook = z.strictObject({
  /** NativeCaptures as JSON. */
  captures: z.array(z.string()),
  /** What went wrong with gdb, in its words. */
  problems: z.array(z.string()),
});
export type HangLook = z.infer<typeof HangLook>;
