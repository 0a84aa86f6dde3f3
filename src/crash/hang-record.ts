import * as z from "zod";

/** What a thread of a program that hangs waits in, and for whom. */
export const Waits = z.strictObject({
  call: z
    .string()
    .describe("The system call: `futex`, `read`; `system call 500` for one without a name here."),
  holder: z
    .int()
    .nullable()
    .describe(
      "Thread (gdb's number) that holds the lock that it waits for; null where the lock does not say.",
    ),
  purpose: z
    .string()
    .nullable()
    .optional()
    .describe(
      "What a futex is waited on for: `condition`, `thread`, `semaphore`, `mutex` …; null where unknown.",
    ),
  object: z
    .string()
    .nullable()
    .optional()
    .describe("The variable that the futex is in: `ready`; null where it has no name."),
  private: z.boolean().optional().describe("Only threads that share its memory can wake it."),
  timed: z.boolean().optional().describe("The wait ends by itself after a time."),
  stranger: z
    .boolean()
    .optional()
    .describe("The holder is a thread of another process: it held the lock when fork() copied the process."),
  joins: z
    .int()
    .nullable()
    .optional()
    .describe("Thread (gdb's number) whose end it waits for; null where that is not known."),
  others: z
    .array(z.int())
    .optional()
    .describe(
      "Processes that it waits for: its children, the holder of a file lock, those at the other end of a pipe.",
    ),
  descriptor: z
    .int()
    .optional()
    .describe("The pipe that it reads or writes: the number of its file descriptor."),
  file: z.string().optional().describe("What that descriptor is, as /proc names it: `pipe:[1234]`."),
});
export type Waits = z.infer<typeof Waits>;

/** A process of a program that hangs. */
export const ProcessRecord = z.strictObject({
  number: z.int().describe("vivarium's number; 1 is the program's first process."),
  parent: z
    .int()
    .nullable()
    .describe("Number of the process that made it; null for the first, and where that process has ended."),
  name: z.string().describe("The kernel's short name of the process: `crash`."),
  unseen: z
    .string()
    .nullable()
    .describe("Why gdb did not look into it: `D` where it takes no signal; null where gdb did."),
});
export type ProcessRecord = z.infer<typeof ProcessRecord>;
