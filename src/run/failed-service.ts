import * as z from "zod";

/** A service that ended by itself while an attempt was made, and not with status 0. */
export const FailedService = z.strictObject({
  name: z.string(),
  /** Raw wait status, as wait4(2) gave it. */
  status: z.int().nonnegative(),
  /** Since the program's start. */
  afterMs: z.number().nonnegative(),
  /** The last that it wrote, to either stream. */
  said: z.string(),
});
export type FailedService = z.infer<typeof FailedService>;
export const FailedServices = z.array(FailedService);
